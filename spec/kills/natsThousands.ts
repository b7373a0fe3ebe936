/**
 * A trade of a master is copied to 2,000 accounts over three owners and two edges, and an owner is killed in the middle
 * of it. By the books of the server, each follower has the position once.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { ProtoOAPositionStatus } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { always } from '../../src/simulator/market/catalogue/schedules'
import { manyAccounts } from '../support/manyAccounts'
import { startNatsServer } from '../support/natsServer'
import { countCommands } from './countedBroker'
import { followerCount, runDrill } from './drill'
import { tokenOf } from './natsConnection'
import { killProgram, startProgram, startReady } from './program'
import type { Program } from './program'
import type { CopierSaid } from './said'
import { watchSessions } from './sessionsAt'

/** Each sends 50 requests a second, and has at most 25 connections of an application. */
const LINES = 20
/** Longer than by default: a process that gets little of two processors for a while still has its lines, in ms. */
const TTL = 10_000
/** How long NATS may be silent, in ms. */
const SILENCE = 5_000
const EDGES = 2
const MASTER = 1_000
const ownerNames = ['owner-1', 'owner-2', 'owner-3']
/** What is not done by then, in ms, is not done. */
const PATIENCE = 120_000
/** How many have the position when an owner dies. */
const KILLED_AT = followerCount / 3

const followers = Array.from({ length: followerCount }, (_, index) => MASTER + 1 + index)

const broker = createSimulator({
  applications: ownerNames.map(clientId => ({ clientId, clientSecret: 'demo' })),
  symbols: [{ name: 'EURUSD', schedule: always }],
  ...manyAccounts([MASTER, ...followers], tokenOf),
})
const counted = countCommands(broker)
const sessions = watchSessions(counted.watched)

/** The master buys at another terminal. */
const trade = (): void => {
  broker.trade((exchange, at) =>
    exchange.newOrder(
      MASTER,
      { ctidTraderAccountId: MASTER, symbolId: 1, orderType: 1, tradeSide: 1, volume: 10_000_000 },
      { at, clientMsgId: 'terminal' },
    ),
  )
}

/** How many positions an account has at the server. */
const positionCount = (accountId: number): number =>
  broker.exchange
    .ledger(accountId)
    .positions.filter(({ positionStatus }) => positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN)
    .length

const waitFor = async (isOver: () => boolean): Promise<number> => {
  const began = performance.now()
  while (!isOver() && performance.now() - began < PATIENCE) await pause(10)
  return isOver() ? performance.now() - began : NaN
}

const row = (name: string, value: number): void => {
  console.log(`${name.padEnd(34)}${Math.round(value)}`)
}

/** An owner, and how many lines it has. */
const startOwner = (url: string, nats: string, name: string) => {
  const has = { lines: 0 }
  const program = startProgram(
    'owner',
    [
      ...['--url', url, '--nats', nats, '--name', name],
      ...['--lines', String(LINES), '--ttl', String(TTL), '--patience', String(SILENCE), '--feed', 'prices'],
    ],
    line => {
      if (line !== 'ready') has.lines = Number(line)
    },
  )
  return { ...program, has }
}

const startEdge = (nats: string): Promise<Program & { readonly said: string }> =>
  startReady('edge', [
    ...['--nats', nats, '--accounts', [MASTER, ...followers].join()],
    ...['--linesPerUser', String(LINES), '--patience', String(SILENCE)],
  ])

type Copied = Extract<CopierSaid, { readonly event: 'copied' }>

const startCopier = (edges: readonly string[]) => {
  const events = new Set<CopierSaid['event']>()
  const copied = new Map<number, Copied>()
  const program = startProgram(
    'copier',
    [
      ...['--edges', edges.join(), '--lines', String(LINES)],
      ...['--master', String(MASTER), '--followers', followers.join()],
    ],
    line => {
      const said = JSON.parse(line) as CopierSaid
      events.add(said.event)
      if (said.event === 'copied') copied.set(said.accountId, said)
    },
  )
  return { ...program, events, copied }
}

const copyAndKill = async (
  owners: ReadonlyMap<string, Program>,
  { events, copied }: ReturnType<typeof startCopier>,
): Promise<readonly string[]> => {
  const ready = await waitFor(() => events.has('ready'))
  const quoted = ready + (await waitFor(() => events.has('quoted')))
  if (Number.isNaN(quoted)) return ['not all accounts are ready and have a price']
  row('ready, ms', ready)
  row('… and have a price, ms', quoted)

  const began = performance.now()
  trade()
  await waitFor(() => counted.received.size >= KILLED_AT)
  const [victim = ''] = [...ownerNames].sort((a, b) => sessions.of(b).length - sessions.of(a).length)
  // The copier is done with the master after its trade.
  const left = sessions.of(victim).filter(([accountId]) => accountId !== MASTER)
  row('orders when an owner is killed', counted.received.size)
  row('its accounts', left.length)
  const killedAt = performance.now()
  owners.get(victim)?.child.kill('SIGKILL')
  const taken = waitFor(() => left.every(([id, { line }]) => sessions.get(id)?.line !== line))
  await waitFor(() => copied.size === followerCount)
  const took = performance.now() - began
  await taken
  const times = left
    .map(([id, { line }]) => [sessions.get(id), line] as const)
    .map(([session, line]) => (session && session.line !== line ? session.at - killedAt : Infinity))
    .sort((one, other) => one - other)

  const wrong = followers.filter(id => positionCount(id) !== 1)
  row('… the first is taken over, ms', times[0] ?? NaN)
  row('… the last, ms', times.at(-1) ?? NaN)
  row('copied to all, ms', took)
  row('followers refused at first', [...copied.values()].filter(({ tries }) => tries > 1).length)
  row('orders received', counted.received.size)
  row('followers with the position once', followerCount - wrong.length)
  return [
    ...wrong.map(
      id =>
        `${id} has ${positionCount(id)} positions: ${copied.get(id)?.outcome ?? 'its copier says nothing'}`,
    ),
    ...[...counted.received].filter(([, times]) => times > 1).map(([id]) => `${id} was received twice`),
    ...[...copied.values()].filter(({ outcome }) => outcome !== 'filled').map(one => JSON.stringify(one)),
    ...(left.length === 0 || times.at(-1) === Infinity ? ['the accounts were not taken over'] : []),
    ...(copied.size < followerCount ? [`${followerCount - copied.size} orders have not ended`] : []),
  ]
}

const drill = async (url: string): Promise<readonly string[]> => {
  const nats = await startNatsServer()
  const owners = new Map(ownerNames.map(name => [name, startOwner(url, nats.url, name)] as const))
  const edges = await Promise.all(Array.from({ length: EDGES }, () => startEdge(nats.url)))
  await waitFor(() => [...owners.values()].reduce((sum, { has }) => sum + has.lines, 0) === LINES)
  const copier = startCopier(edges.map(({ said }) => said))
  const broken = await copyAndKill(owners, copier)
  await Promise.all([copier, ...owners.values(), ...edges].map(killProgram))
  await nats.stop()
  return broken
}

runDrill(sessions.watched, `a trade is copied to ${followerCount} accounts over NATS`, drill)
