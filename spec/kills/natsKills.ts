/** The server behind owners and edges over NATS, the traders in front of them, and who kills and stops all of them. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, webSocketConnect } from 'rx-ctrader'
import { startNatsCluster, startNatsServer } from '../support/natsServer'
import { median } from '../bench/measure'
import { checkJournals, countCommands } from './countedBroker'
import { cancelWaiting, createBroker, isCluster, random, runDrill, wanted } from './drill'
import { followJournals } from './followJournals'
import { openBus, tokenOf } from './natsConnection'
import { killProgram, startReady } from './program'
import type { Program } from './program'
import { watchSessions } from './sessionsAt'
import { createTraders } from './tradersOfGateway'

const accountIds = [11, 12, 13]
const ownerNames = ['demo', 'owner-2', 'owner-3']
const EDGES = 2
/** No death begins later, in ms. */
const LONGEST = 900_000
/** Longer than any takeover. What is not back by then is not back. */
const BACK_WITHIN = 20_000
/** How long traders look for an order: an edge may hold it for 5 s, and its owner until its entry is written. */
const HORIZON = '20000'
/** An owner looks for an order for a minute, and from the beginning where it takes the account over. */
const SETTLED_WITHIN = 150_000

const broker = createBroker(accountIds, { tokenOf, clientIds: ownerNames })
const counted = countCommands(broker)
const sessions = watchSessions(counted.watched)

const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T

/** Servers that can be killed and stopped, one at a time. */
const startServers = async () => {
  if (isCluster) {
    const { servers, stop } = await startNatsCluster()
    return { servers, stop }
  }
  const server = await startNatsServer()
  return { servers: [server.process], stop: server.stop }
}

const drill = async (url: string): Promise<readonly string[]> => {
  const nats = await startServers()
  const natsUrls = nats.servers.map(server => server.url).join()
  const { bus } = await openBus(natsUrls)
  const journals = followJournals(accountIds, bus.log)
  const startOwner = (name: string): Promise<Program> =>
    startReady('owner', ['--url', url, '--nats', natsUrls, '--name', name])
  const startEdge = (port: string): Promise<Program & { readonly said: string }> =>
    startReady('edge', ['--nats', natsUrls, '--port', port, '--accounts', accountIds.join()])
  const owners = new Map<string, Program>()
  for (const name of ownerNames) owners.set(name, await startOwner(name))
  const edges = await Promise.all(Array.from({ length: EDGES }, () => startEdge('0')))
  const edgeUrls = edges.map(({ said }) => said)

  const traders = createTraders(broker, accountIds, tokenOf)
  const edgeOf = (index: number): string => edgeUrls[index % EDGES] ?? ''
  const trading = traders.map(({ open }, index) => open(edgeOf(index), '--horizon', HORIZON))

  const takeovers: number[] = []
  const wrong: string[] = []
  const counts = new Map<string, number>()

  /** How long until each account of an owner is on another line, and until its next order comes. */
  const untilTaken = async (name: string, act: () => void): Promise<void> => {
    const before = sessions.of(name)
    const began = performance.now()
    act()
    const isTaken = (): boolean =>
      before.every(([accountId, { line }]) => sessions.get(accountId)?.line !== line)
    while (!isTaken() && performance.now() - began < BACK_WITHIN) await pause(10)
    if (!isTaken()) {
      wrong.push(`an account of ${name} was not taken over`)
      return
    }
    for (const [accountId] of before) takeovers.push((sessions.get(accountId)?.at ?? Infinity) - began)
  }
  const busy = (): string => {
    const used = ownerNames.filter(name => sessions.of(name).length > 0)
    return pick(used.length > 0 ? used : ownerNames)
  }

  const acts: Readonly<Record<string, () => Promise<void>>> = {
    'owners killed': async () => {
      const name = busy()
      const owner = owners.get(name)
      if (!owner) return
      await untilTaken(name, () => {
        owner.child.kill('SIGKILL')
      })
      await owner.gone
      owners.set(name, await startOwner(name))
    },
    'owners stopped': async () => {
      const name = busy()
      const { child } = owners.get(name) ?? {}
      await untilTaken(name, () => {
        child?.kill('SIGSTOP')
      })
      await pause(random() * 1_000)
      child?.kill('SIGCONT')
    },
    'edges killed': async () => {
      const index = Math.floor(random() * EDGES)
      const edge = edges[index]
      if (!edge) return
      await killProgram(edge)
      await pause(random() * 500)
      edges[index] = await startEdge(new URL(edge.said).port)
    },
    'edges stopped': async () => {
      const edge = pick(edges)
      edge.child.kill('SIGSTOP')
      await pause(random() * 4_000)
      edge.child.kill('SIGCONT')
    },
    'NATS killed': async () => {
      const server = pick(nats.servers)
      await server.kill()
      await pause(random() * (isCluster ? 8_000 : 4_000))
      server.start()
    },
    'NATS stopped': async () => {
      const server = pick(nats.servers)
      server.stop()
      await pause(random() * (isCluster ? 8_000 : 4_000))
      server.resume()
    },
  }
  /** How often each comes, in a round of ten. */
  const round = [
    ...['owners killed', 'owners killed', 'owners killed', 'owners stopped', 'owners stopped'],
    ...['owners stopped', 'edges killed', 'edges stopped', 'NATS killed', 'NATS stopped'],
  ]

  const begun = Date.now()
  let done = 0
  for (; done < wanted && Date.now() - begun < LONGEST; done += 1) {
    await pause(300 + random() * 1_200)
    const name = round[(done * 7) % round.length] ?? ''
    await acts[name]?.()
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  await pause(5_000)
  const silent = traders.flatMap(({ silences }) => silences())
  await Promise.all(trading.map(killProgram))
  // The accounts stay open, until all is known of their orders.
  const keeper = createClient({
    connect: webSocketConnect(edgeOf(0)),
    clientId: 'keeper',
    clientSecret: 'keeper',
  })
  for (const accountId of accountIds)
    keeper.account({ accountId, accessToken: 'not looked at' }).accountAuth$.subscribe()
  const last = traders.map(({ open }, index) => open(edgeOf(index), '--horizon', HORIZON, '--onlyRecover'))
  // Some orders were on their way when the traders ended.
  const cancelling = setInterval(() => {
    for (const accountId of accountIds) cancelWaiting(broker, accountId)
  }, 500)
  await Promise.race([Promise.all(last.map(({ gone }) => gone)), pause(SETTLED_WITHIN)])
  await Promise.all(last.map(killProgram))

  const settleBegan = Date.now()
  let checked = checkJournals(journals(), counted.received)
  const isOpen = (): boolean => checked.unknown.length + checked.openUnsent.length > 0
  while (isOpen() && Date.now() - settleBegan < SETTLED_WITHIN) {
    await pause(500)
    checked = checkJournals(journals(), counted.received)
  }
  clearInterval(cancelling)
  await Promise.all([...owners.values(), ...edges].map(killProgram))

  const { doubled, late, openUnsent, orders, unknown, unsent, unwritten } = checked
  const results = await Promise.all(traders.map(({ result }) => result()))
  const mistold = results.flatMap(one => one.wrong)
  const sorted = [...takeovers].sort((a, b) => a - b)
  console.log(`deaths and pauses       ${done} in ${Math.round((Date.now() - begun) / 1_000)} s`)
  for (const [name, count] of [...counts].sort()) console.log(`  ${name.padEnd(22)}${count}`)
  console.log(`accounts taken over     ${takeovers.length}`)
  console.log(`  median, ms            ${Math.round(median(sorted))}`)
  console.log(`  worst, ms             ${Math.round(sorted.at(-1) ?? NaN)}`)
  console.log(`orders of the traders   ${results.reduce((total, one) => total + one.orders, 0)}`)
  console.log(`  in the journals       ${orders}`)
  console.log(`  received              ${counted.received.size}`)
  console.log(`  written, never sent   ${unsent}`)
  console.log(`  received twice        ${doubled.length}`)
  console.log(`  received, not written ${unwritten.length}`)
  console.log(`  late after notSent    ${late.length}`)
  console.log(`  left open             ${unknown.length + openUnsent.length}`)
  console.log(`  wrong for the traders ${mistold.length}`)
  const few = [
    ...(done < wanted ? [`only ${done} deaths and pauses`] : []),
    ...(counted.received.size < 5 * done ? [`only ${counted.received.size} orders`] : []),
  ]
  const left = openUnsent.map(id => `${id} is open, and was not received`)
  await nats.stop()
  return [...doubled, ...unwritten, ...late, ...unknown, ...left, ...mistold, ...wrong, ...silent, ...few]
}

runDrill(
  sessions.watched,
  `${wanted} deaths and pauses over ${isCluster ? 'three NATS servers' : 'NATS'}`,
  drill,
)
