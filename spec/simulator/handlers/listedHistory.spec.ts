import { filter, reduce } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  deals,
  dealsBetween,
  ordersBetween,
  trendbarsBetween,
} from 'rx-ctrader'
import type { Page } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { tradesOn } from '../../streams/account/trades'

const EURUSD = 1
const { M1 } = ProtoOATrendbarPeriod
const HOUR = 3_600_000

const allOf = <T>() => reduce((all: T[], { items }: Page<T>) => [...all, ...items], [])

describe('unknowns.listCut', () => {
  it.each(['oldest', 'newest'] as const)(
    'where it is the %s, no deal and no order is missed (A12)',
    listCut => {
      scene(
        stage => {
          const { account, at, broker, watch } = stage
          const { placeElsewhere } = tradesOn(stage)
          const told = watch(deals(account), 60_000)
          at(1_000, () => {
            broker.drop()
            for (let n = 0; n < 40; n++) placeElsewhere()
          })
          at(20_000, () => {
            const { deals: executed, orders } = broker.exchange.ledger(ACCOUNT)
            expect(executed.length).toBeGreaterThanOrEqual(40)
            expect(told.values.map(({ dealId }) => dealId).sort()).toEqual(
              executed.map(({ dealId }) => dealId).sort(),
            )
            const range = { from: broker.now() - HOUR, to: broker.now() }
            const listed = watch(dealsBetween(account, range).pipe(allOf()), 40_000)
            const ordered = watch(ordersBetween(account, range).pipe(allOf()), 40_000)
            at(39_000, () => {
              expect(listed.values[0]?.map(({ dealId }) => dealId).sort()).toEqual(
                executed.map(({ dealId }) => dealId).sort(),
              )
              expect(ordered.values[0]).toHaveLength(orders.length)
            })
          })
        },
        { unknowns: { listCut, listChunk: 15 } },
      )
    },
  )
})

describe('unknowns.highOfLowClose', () => {
  it.each(['zero', 'absent'] as const)('where it is %s, bars are still bars (A9)', highOfLowClose => {
    scene(
      ({ account, at, broker, watch }) => {
        const range = { from: broker.now() - 24 * HOUR, to: broker.now() }
        const past = watch(
          trendbarsBetween(account, { symbol: EURUSD, period: M1, ...range }).pipe(allOf()),
          30_000,
        )
        const closed = watch(
          candles(account, EURUSD, M1, { history: 500 }).pipe(filter(candle => candle.closed)),
          30_000,
        )
        const raw = watch(
          account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, {
            symbolId: EURUSD,
            period: M1,
            count: 1_000,
          }),
        )
        at(29_000, () => {
          const wrong = raw.values[0]?.trendbar?.filter(
            ({ deltaOpen = 0, deltaClose = 0, deltaHigh = 0 }) => deltaClose === 0 && deltaHigh < deltaOpen,
          )
          expect(wrong?.length).toBeGreaterThan(0)
          const bars = [...(past.values[0] ?? []), ...closed.values]
          expect(bars.length).toBeGreaterThan(1_500)
          for (const { open, high, low, close } of bars) {
            expect(low).toBeLessThanOrEqual(Math.min(open, close))
            expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
          }
        })
      },
      { unknowns: { highOfLowClose } },
    )
  })
})
