import * as fc from 'fast-check'
import { asyncScheduler, concatMap, interval, takeUntil, tap, timer } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import type { Owners } from 'rx-ctrader/gateway'
import type { ProtoOAExecutionEvent } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
import { busMedium, processOnBus } from '../support/remoteBus'
import type { BusMedium, ProcessOnBus } from '../support/remoteBus'
import type { Fate } from '../support/remoteProcess'
import { edgeOver, ownersOver } from '../support/sharedLines'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

/** `FAIL_OVER_RUNS=1000 npm run spec -- spec/gateway/failOver` for many more. */
const RUNS = Number(process.env['FAIL_OVER_RUNS'] ?? 8)

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_RECONCILE_RES,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
} = PayloadType

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }
/** When the last thing goes wrong at the latest, and when all is looked at, in ms. */
const QUIET = 40_000
const END = 130_000

const fate = fc.record({
  there: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 10 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  ),
  back: fc.integer({ min: 0, max: 10 }),
  lost: fc.oneof(
    { weight: 25, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom('request' as const, 'answer' as const) },
  ),
  repeated: fc.oneof(
    { weight: 12, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
})
const deed = fc.record({
  at: fc.integer({ min: 4_000, max: QUIET - 6_000 }),
  who: fc.integer({ min: 0, max: 4 }),
  what: fc.constantFrom('pause', 'pause', 'cut', 'kill'),
  lasts: fc.integer({ min: 500, max: 6_000 }),
})
const order = fc.record({ at: fc.integer({ min: 2_000, max: QUIET }), peer: fc.integer({ min: 0, max: 3 }) })

type Value<T> = T extends fc.Arbitrary<infer U> ? U : never
interface History {
  readonly rates: readonly number[]
  readonly fates: readonly Fate[]
  readonly deeds: readonly Value<typeof deed>[]
  readonly orders: readonly Value<typeof order>[]
}

const history: fc.Arbitrary<History> = fc.record({
  rates: fc.array(fc.constantFrom(0.9, 1, 1.1), { minLength: 5, maxLength: 5 }),
  fates: fc.array(fate, { minLength: 1, maxLength: 60 }),
  deeds: fc.array(deed, { minLength: 1, maxLength: 8 }),
  orders: fc.array(order, { minLength: 5, maxLength: 25 }),
})

/** A peer that opens the account again whenever it is taken away, as a client does. */
const steadyPeer = (connect: Parameters<typeof rawClient>[0]): RawClient => {
  const peer = rawClient(connect)
  const open = {
    payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
    payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' },
  }
  peer.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } }, open)
  let seen = 0
  interval(10_000)
    .pipe(takeUntil(timer(END - 10_000)))
    .subscribe(() => {
      peer.send({ payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} })
    })
  interval(250)
    .pipe(takeUntil(timer(END - 10_000)))
    .subscribe(() => {
      for (; seen < peer.received.length; seen += 1) {
        const { payloadType, clientMsgId } = JSON.parse(peer.received[seen] ?? '') as RawFrame
        const isRefused = payloadType === PROTO_OA_ERROR_RES && clientMsgId === undefined
        if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT || isRefused) peer.send(open)
        if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES)
          peer.send({
            payloadType: PROTO_OA_SUBSCRIBE_SPOTS_REQ,
            clientMsgId: `spots-${seen}`,
            payload: { ctidTraderAccountId: ACCOUNT, symbolId: [1] },
          })
      }
    })
  return peer
}

/** Numbers that look random, the same in each run. */
const createRandom = (seed: number): (() => number) => {
  let state = seed * 2_654_435_761
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Execution {
  readonly at: number
  readonly key: string
}
const keyOf = ({
  executionType,
  order: of,
}: Pick<ProtoOAExecutionEvent, 'executionType' | 'order'>): string =>
  `${executionType} of ${of?.orderId ?? 0}`

interface Played {
  readonly peers: readonly RawClient[]
  /** The ids of the orders that each peer has sent. */
  readonly asked: readonly (readonly string[])[]
  /** The orders that the simulator has got. */
  readonly got: readonly { readonly at: number; readonly clientMsgId: string }[]
  readonly executions: readonly Execution[]
  readonly positions: readonly number[]
  readonly chain: readonly {
    readonly at: number
    readonly state: string
    readonly id?: string
    readonly by: string
    readonly outcome?: string
  }[]
}

const play = ({ rates, fates, deeds, orders }: History): Played => {
  let result: Played | undefined
  inVirtualTime(({ at }) => {
    const shared = busMedium()
    const chain: Played['chain'][number][] = []
    const medium: BusMedium = {
      ...shared,
      logs: name => {
        const log = shared.logs(name)
        const append: typeof log.append = (text, after) =>
          log.append(text, after).pipe(
            tap(() => {
              const entry = JSON.parse(text) as Played['chain'][number]
              if (name === String(ACCOUNT)) chain.push({ ...entry, at: asyncScheduler.now() })
            }),
          )
        return { ...log, append }
      },
    }
    const broker = createSimulator({ latency: 20 })
    let used = 0
    let isQuiet = false
    const nextFate = (): Fate => (isQuiet ? PROMPT : (fates[(used += 1) % fates.length] ?? PROMPT))

    const executions: Execution[] = []
    const direct = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
    const watching = direct
      .account({ accountId: ACCOUNT, accessToken: 'demo' })
      .on(PROTO_OA_EXECUTION_EVENT)
      .subscribe(({ payload }) => executions.push({ at: asyncScheduler.now(), key: keyOf(payload) }))

    const got: { at: number; clientMsgId: string }[] = []
    const wire = wiretap(broker.connect)
    const noted = () =>
      wire.connect().pipe(
        concatMap(socket => [
          {
            ...socket,
            send: (text: string) => {
              const { payloadType, clientMsgId = '' } = JSON.parse(text) as RawFrame
              if (payloadType === PROTO_OA_NEW_ORDER_REQ) got.push({ at: asyncScheduler.now(), clientMsgId })
              socket.send(text)
            },
          },
        ]),
      )

    const running: Owners[] = []
    const begin = (index: number): ProcessOnBus => {
      const process = processOnBus(medium, rates[index] ?? 1, nextFate)
      const name = `owners-${running.length}`
      running.push(
        ownersOver(process.bus, process.line(noted), { name, random: createRandom(running.length) }),
      )
      return process
    }
    const processes = [0, 1, 2].map(begin)
    const edgeProcesses = [3, 4].map(index => processOnBus(medium, rates[index] ?? 1, nextFate))
    const edges = edgeProcesses.map((process, index) =>
      edgeOver(process.bus, { random: createRandom(100 + index) }),
    )
    const peers = [0, 1, 2, 3].map(index =>
      steadyPeer((edges[index % 2] ?? edgeOver(medium.messages)).as({ userId: `user-${index}` })),
    )
    for (const { at: when, who, what, lasts } of deeds) {
      at(when, () => {
        const one = processes[who] ?? edgeProcesses[who - 3]
        if (what === 'pause') {
          one?.pause()
          at(lasts, () => one?.resume())
        } else if (what === 'cut') {
          one?.cut()
          at(lasts, () => one?.join())
        } else if (processes[who]) {
          one?.kill()
          at(lasts, () => {
            processes[who] = begin(who)
          })
        }
      })
    }
    const asked: string[][] = peers.map(() => [])
    orders.forEach(({ at: when, peer }, index) => {
      at(when, () => {
        const clientMsgId = `o${index}`
        asked[peer]?.push(clientMsgId)
        peers[peer]?.send({
          payloadType: PROTO_OA_NEW_ORDER_REQ,
          clientMsgId,
          payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
        })
      })
    })
    at(QUIET + 6_000, () => {
      isQuiet = true
    })
    at(END - 5_000, () => {
      for (const peer of peers)
        peer.send({
          payloadType: PROTO_OA_RECONCILE_REQ,
          clientMsgId: 'last',
          payload: { ctidTraderAccountId: ACCOUNT },
        })
    })
    at(END, () => {
      let positions: readonly number[] = []
      broker.trade(exchange => {
        positions = exchange.ledger(ACCOUNT).positions.map(({ positionId }) => positionId)
      })
      result = { peers, asked, got, executions, positions, chain }
      for (const peer of peers) peer.leave()
      watching.unsubscribe()
      for (const owners of running) owners.close().subscribe()
      for (const edge of edges) edge.close().subscribe()
    })
  })
  if (!result) throw new Error('it was not played to the end')
  return result
}

const OF_THE_ACCOUNT: ReadonlySet<number> = new Set([
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
])

/** Events of the account outside of the times in which it was open on the line. */
const strays = ({ received }: RawClient): readonly string[] => {
  let isOpen = false
  return received.flatMap(text => {
    const { payloadType } = JSON.parse(text) as RawFrame
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) isOpen = true
    if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) isOpen = false
    return !isOpen && OF_THE_ACCOUNT.has(payloadType) ? [text] : []
  })
}

/** The reports that came twice. */
const repeated = (peer: RawClient): readonly string[] => {
  const keys = peer
    .frames()
    .filter(({ payloadType }) => payloadType === PROTO_OA_EXECUTION_EVENT)
    .map(({ payload }) => keyOf(payload as unknown as ProtoOAExecutionEvent))
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}

/** When another process has written its fence behind the entry of an order. */
const takenOverAt = (chain: Played['chain'], id: string): number => {
  const index = chain.findIndex(entry => entry.state === 'intended' && entry.id === id)
  return chain.slice(index).find(({ state }) => state === 'fence')?.at ?? Infinity
}

/** How long an event may take on its way, in ms. */
const ON_ITS_WAY = 2_500

/** The events that a peer has missed while the account was open on its line, and no 2164 has come since. */
const missed = ({ timed }: RawClient, executions: readonly Execution[]): readonly Execution[] => {
  let opened: number | undefined
  const got = new Set<string>()
  for (const [at, text] of timed) {
    const { payloadType, payload } = JSON.parse(text) as RawFrame
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) opened = at
    if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) opened = undefined
    if (payloadType === PROTO_OA_EXECUTION_EVENT) got.add(keyOf(payload as unknown as ProtoOAExecutionEvent))
  }
  const from = opened ?? Infinity
  return executions.filter(({ at, key }) => !got.has(key) && at > from + ON_ITS_WAY)
}

/** When the account was taken away from a peer. */
const lostAt = ({ timed }: RawClient): readonly number[] =>
  timed.flatMap(([at, text]) =>
    (JSON.parse(text) as RawFrame).payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT ? [at] : [],
  )

const answersTo = (peer: RawClient, id: string): readonly RawFrame[] =>
  peer.frames().filter(({ clientMsgId }) => clientMsgId === id)

describe('owners and edges in several processes, on a bus that loses and repeats messages', () => {
  it('send no order twice, none late, and say of each loss', () => {
    fc.assert(
      fc.property(history, given => {
        const { peers, asked, got, executions, positions, chain } = play(given)
        // Each order was received once at most.
        expect(new Set(got.map(({ clientMsgId }) => clientMsgId)).size).toBe(got.length)
        const received = new Set(got.map(({ clientMsgId }) => clientMsgId))
        const intended = new Set(chain.flatMap(({ state, id = '' }) => (state === 'intended' ? [id] : [])))
        expect([...received].filter(id => !intended.has(id))).toEqual([])
        const notSent = chain.filter(({ outcome }) => outcome === 'notSent').map(({ id = '' }) => id)
        expect(notSent.filter(id => received.has(id))).toEqual([])
        // The outcome of each one was found out in the end.
        const settled = new Set(chain.flatMap(({ state, id = '' }) => (state === 'settled' ? [id] : [])))
        expect([...intended].filter(id => !settled.has(id))).toEqual([])
        // None left a process after another one has taken the account over.
        expect(got.filter(({ at, clientMsgId }) => at > takenOverAt(chain, clientMsgId))).toEqual([])
        let fencedBy: string | undefined
        for (const { state, by } of chain) {
          if (state === 'fence') fencedBy = by
          expect(by).toBe(fencedBy)
        }
        const sentAt = new Map(given.orders.map(({ at }, index) => [`o${index}`, at]))
        peers.forEach((peer, index) => {
          expect(strays(peer)).toEqual([])
          expect(repeated(peer)).toEqual([])
          expect(missed(peer, executions)).toEqual([])
          for (const id of asked[index] ?? []) {
            const answers = answersTo(peer, id)
            const refusals = answers.filter(
              ({ payloadType }) =>
                payloadType === PROTO_OA_ORDER_ERROR_EVENT || payloadType === PROTO_OA_ERROR_RES,
            )
            const isSent = [...received].some(sent => sent.endsWith(`~${id}`))
            const codes = refusals.map(({ payload }) => payload?.['errorCode'])
            // Its reports may be missed. Then the account was taken away, and the client asks what became of it.
            const isTold = answers.length > 0 || lostAt(peer).some(at => at >= (sentAt.get(id) ?? 0))
            expect([id, isTold, codes.length < 2]).toEqual([id, true, true])
            const isNotSent = codes.some(code => code !== 'TIMEOUT_ERROR')
            expect([id, isNotSent && isSent]).toEqual([id, false])
          }
          const [last] = answersTo(peer, 'last')
          expect(last?.payloadType).toBe(PROTO_OA_RECONCILE_RES)
          const shown = last?.payload?.['position'] as readonly { readonly positionId: number }[] | undefined
          expect(shown?.map(({ positionId }) => positionId).sort() ?? []).toEqual([...positions].sort())
        })
      }),
      { numRuns: RUNS },
    )
  }, 600_000)

  it.each([5, 15, 25, 45])(
    'send no order from a process that is paused %i ms after it was asked, and goes on when another has its line',
    pausedAfter => {
      const slow: Fate = { there: 10, back: 10, lost: 'nothing' }
      inVirtualTime(({ at }) => {
        const medium = busMedium()
        const broker = createSimulator({ latency: 20 })
        const begin = (name: string) => {
          const wire = wiretap(broker.connect)
          const process = processOnBus(medium, 1, () => slow)
          return { wire, process, owners: ownersOver(process.bus, process.line(wire.connect), { name }) }
        }
        const first = begin('first')
        const edge = edgeOver(processOnBus(medium, 1, () => slow).bus)
        const peer = rawClient(edge.as({ userId: 'ann' }))
        peer.send(
          { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
          {
            payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
            payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' },
          },
        )
        const orders = (wire: typeof first.wire): number =>
          wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ).length
        at(5_000, () => {
          const second = begin('second')
          at(1_000, () => {
            peer.send({
              payloadType: PROTO_OA_NEW_ORDER_REQ,
              clientMsgId: 'o',
              payload: {
                ctidTraderAccountId: ACCOUNT,
                symbolId: 1,
                orderType: 1,
                tradeSide: 1,
                volume: 100_000,
              },
            })
            at(pausedAfter, first.process.pause)
          })
          at(6_000, () => {
            // The line has another owner.
            expect(lostAt(peer)).toHaveLength(1)
            const before = orders(first.wire)
            first.process.resume()
            at(5_000, () => {
              expect(orders(first.wire)).toBe(before)
              expect(orders(second.wire)).toBe(0)
              peer.leave()
              first.owners.close().subscribe()
              second.owners.close().subscribe()
              edge.close().subscribe()
            })
          })
        })
      })
    },
  )
})
