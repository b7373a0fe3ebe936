import fc from 'fast-check'
import { asyncScheduler, interval } from 'rxjs'
import {
  PayloadType,
  closePosition,
  placeOrder,
  positions,
  symbol as symbolOf,
  units,
  warmUp,
} from 'rx-ctrader'
import type { OrderUpdate } from 'rx-ctrader'
import '../support/seed'
import type { Market } from '../../src/simulator/market/model/market'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Seen } from '../support/virtualTime'

const { PROTO_OA_CLOSE_POSITION_REQ, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SYMBOL_CHANGED_EVENT } = PayloadType

/** By name and by id. */
const SYMBOLS = ['EURUSD', 8] as const
const IDS = [1, 8] as const
const LEAST = 100_000

type Step =
  | { readonly kind: 'order'; readonly symbol: 0 | 1; readonly size: number }
  | { readonly kind: 'terms'; readonly symbol: 0 | 1; readonly size: number }
  | { readonly kind: 'close'; readonly pick: number }
  | { readonly kind: 'elsewhere'; readonly symbol: 0 | 1; readonly size: number; readonly opens: boolean }
  | { readonly kind: 'drop' }

const symbol = fc.constantFrom<0 | 1>(0, 0, 0, 1)
const size = fc.integer({ min: 1, max: 4 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('order' as const), symbol, size }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('terms' as const), symbol, size }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('close' as const), pick: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('elsewhere' as const), symbol, size, opens: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'drop' as const }) },
)

interface Plan {
  readonly latency: number
  readonly steps: readonly { readonly after: number; readonly step: Step }[]
}

const plan: fc.Arbitrary<Plan> = fc.record({
  latency: fc.constantFrom(0, 100, 300),
  steps: fc.array(fc.record({ after: fc.integer({ min: 1, max: 400 }), step }), {
    minLength: 30,
    maxLength: 60,
  }),
})

/** A market whose smallest volumes can be changed. */
const changeable = (
  made: Market,
): { readonly market: Market; readonly setLeast: (id: number, to: number) => void } => {
  const symbols = made.catalogue.symbols.map(one => ({ ...one, terms: { ...one.terms } }))
  const bySymbol = new Map(symbols.map(one => [one.light.symbolId, one]))
  return {
    market: {
      ...made,
      catalogue: { ...made.catalogue, symbols },
      symbol: id => bySymbol.get(id) ?? made.symbol(id),
    },
    setLeast: (id, to) => {
      const one = bySymbol.get(id)
      if (one) one.terms.minVolume = to
    },
  }
}

/** What was true, and since when. */
interface Truth {
  readonly at: number
  readonly least: Readonly<Record<number, number>>
  readonly volumes: Readonly<Record<number, number>>
}

interface Tally {
  ready: number
  placed: number
  refused: number
  closed: number
  waited: number
}

const play = ({ latency, steps }: Plan, tally: Tally): string[] => {
  const faults: string[] = []
  let setLeast: (id: number, to: number) => void = () => undefined
  scene(
    ({ account, at, broker, watch, wire }) => {
      const least: Record<number, number> = { 1: LEAST, 8: LEAST }
      const truths: Truth[] = []
      const note = (): void => {
        const open = broker.exchange.ledger(ACCOUNT).positions
        const volumes = Object.fromEntries(open.map(one => [one.positionId, one.tradeData.volume]))
        truths.push({ at: asyncScheduler.now(), least: { ...least }, volumes })
      }
      /** Whether it was so on the server when the last event left that is here, or since. */
      const wasSo = (from: number, to: number, holds: (truth: Truth) => boolean): boolean => {
        const begun = truths.filter(one => one.at <= from - latency).at(-1)
        const since = truths.filter(one => one.at > from - latency && one.at <= to)
        return [...(begun ? [begun] : []), ...since].some(holds)
      }
      const ready = watch(warmUp(account, { symbols: SYMBOLS }), 100_000)
      const open = watch(positions(account), 100_000)
      // Its latest value is older than an event for a while.
      watch(symbolOf(account, 'EURUSD'), 100_000)
      // Fills come some time after their orders, so the server is looked at often.
      const looks = interval(5).subscribe(note)
      at(45_000, () => {
        looks.unsubscribe()
      })

      /** What is judged when a command has left or was refused. */
      const run = (
        seen: Seen<OrderUpdate>,
        judge: (from: number, to: number, frame: Readonly<Record<string, unknown>> | undefined) => void,
        payloadType: number,
        before: number,
      ): void => {
        const from = asyncScheduler.now()
        const wasReady = ready.values.at(-1) === true
        if (wasReady) {
          tally.ready += 1
          const asked = wire.sent.slice(before)
          if (seen.error === undefined && asked[0]?.payloadType !== payloadType)
            faults.push(`${from}: ready, but ${asked.map(one => one.payloadType).join()} left`)
          if (seen.error === undefined && seen.values[0]?.status !== 'sent') faults.push(`${from}: it waits`)
        } else tally.waited += 1
        at(5_000, () => {
          const sentAt = seen.timed[0]?.[0]
          const frame = wire.sent.slice(before).find(one => one.payloadType === payloadType)
          judge(from, sentAt ?? asyncScheduler.now(), sentAt === undefined ? undefined : frame?.payload)
        })
      }

      const order = (of: 0 | 1, volume: number): void => {
        const before = wire.sent.length
        const seen = watch(
          placeOrder(account, {
            symbol: SYMBOLS[of],
            side: 'buy',
            type: 'market',
            volume: units(volume / 100),
          }),
          10_000,
        )
        run(
          seen,
          (from, to, frame) => {
            const bySymbol = ({ least: all }: Truth): number => all[IDS[of]] ?? NaN
            if (frame) {
              tally.placed += 1
              if (!wasSo(from, to, truth => bySymbol(truth) <= volume))
                faults.push(`${from}: ${volume} of ${IDS[of]} was sent`)
              return
            }
            const { reason, rule } = (seen.error ?? {}) as {
              readonly reason?: string
              readonly rule?: string
            }
            if (reason !== 'InvalidOrder') return
            tally.refused += 1
            if (rule !== 'minVolume' || !wasSo(from, to, truth => bySymbol(truth) > volume))
              faults.push(`${from}: ${volume} of ${IDS[of]} was refused by ${rule}`)
          },
          PROTO_OA_NEW_ORDER_REQ,
          before,
        )
      }
      const close = (pick: number): void => {
        const all = open.values.at(-1)?.all ?? []
        const positionId = all[pick % (all.length || 1)]?.positionId
        if (positionId === undefined) return
        const before = wire.sent.length
        run(
          watch(closePosition(account, { positionId }), 10_000),
          (from, to, frame) => {
            if (!frame) return
            tally.closed += 1
            const { volume } = frame
            if (!wasSo(from, to, ({ volumes }) => volumes[positionId] === volume))
              faults.push(`${from}: ${String(volume)} of position ${positionId} were closed`)
          },
          PROTO_OA_CLOSE_POSITION_REQ,
          before,
        )
      }
      const elsewhere = (of: 0 | 1, volume: number, opens: boolean): void => {
        broker.trade((exchange, now) => {
          const [held] = exchange.ledger(ACCOUNT).positions
          const asks = { ctidTraderAccountId: ACCOUNT } as const
          const by = { at: now, clientMsgId: 'elsewhere' }
          if (opens || !held)
            exchange.newOrder(ACCOUNT, { ...asks, symbolId: IDS[of], orderType: 1, tradeSide: 1, volume }, by)
          else
            exchange.closePosition(
              ACCOUNT,
              {
                ...asks,
                positionId: held.positionId,
                volume: Math.max(LEAST, held.tradeData.volume / 2 - ((held.tradeData.volume / 2) % LEAST)),
              },
              by,
            )
        })
      }
      const act = (one: Step): void => {
        switch (one.kind) {
          case 'order':
            order(one.symbol, one.size * LEAST)
            break
          case 'close':
            close(one.pick)
            break
          case 'elsewhere':
            elsewhere(one.symbol, 4 * one.size * LEAST, one.opens)
            break
          case 'drop':
            broker.drop()
            break
          case 'terms': {
            const symbolId = IDS[one.symbol]
            least[symbolId] = one.size * LEAST
            setLeast(symbolId, one.size * LEAST)
            note()
            broker.push(
              JSON.stringify({
                payloadType: PROTO_OA_SYMBOL_CHANGED_EVENT,
                payload: { ctidTraderAccountId: ACCOUNT, symbolId: [symbolId] },
              }),
            )
          }
        }
      }
      let due = 2_000
      for (const { after, step: one } of steps) {
        due += after
        at(due, () => {
          act(one)
          note()
        })
      }
    },
    {
      latency,
      market: made => {
        const { market, setLeast: set } = changeable(made)
        setLeast = set
        return market
      },
    },
  )
  return faults
}

const RUNS = Number(process.env['WARM_RUNS'] ?? 10)

describe('what orders are checked against', () => {
  it('is never older than the last event or session, and no order asks where the account is ready', () => {
    const tally: Tally = { ready: 0, placed: 0, refused: 0, closed: 0, waited: 0 }
    fc.assert(
      fc.property(plan, one => {
        expect(play(one, tally)).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
    expect(tally.ready).toBeGreaterThan(10 * RUNS)
    expect(tally.placed).toBeGreaterThan(4 * RUNS)
    expect(tally.refused).toBeGreaterThan(RUNS)
    expect(tally.closed).toBeGreaterThan(3 * RUNS)
    expect(tally.waited).toBeGreaterThan(RUNS / 2)
  })
})
