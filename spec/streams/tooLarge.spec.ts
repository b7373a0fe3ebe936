import type { Observable } from 'rxjs'
import {
  assetClasses,
  assets,
  candles,
  cashFlowBetween,
  conversion,
  deals,
  dealsBetween,
  equity,
  isCTraderError,
  marginCalls,
  orders,
  ordersBetween,
  orderUpdates,
  PayloadType,
  pnl,
  positions,
  ProtoOATrendbarPeriod,
  symbol,
  symbolCategories,
  symbols,
  ticksBetween,
  trader,
  trendbarsBetween,
} from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { HOURS, lengthOf, liberal, tooMuch } from '../support/oversizedServer'
import type { Way } from '../support/oversizedServer'
import { scriptedClient } from '../support/scriptedClient'
import type { ScriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import type { SentFrame } from '../support/wiretap'

const {
  PROTO_OA_ASSET_CLASS_LIST_REQ,
  PROTO_OA_ASSET_LIST_REQ,
  PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ,
  PROTO_OA_GET_TICKDATA_REQ,
  PROTO_OA_GET_TRENDBARS_REQ,
  PROTO_OA_MARGIN_CALL_LIST_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_CATEGORY_REQ,
} = PayloadType

const WAYS: readonly Way[] = ['comes', 'ends the line', 'is refused']
const { M1 } = ProtoOATrendbarPeriod
const NOW = 5_000 * HOURS

const askedFor = ({ lines }: ScriptedServer, payloadType: number): SentFrame[] =>
  lines.flatMap(({ heard }) => heard.filter(frame => frame.payloadType === payloadType))

type Case = [name: string, payloadType: number, open: (account: Account) => Observable<unknown>]

/** Each stream whose list can only be asked for as a whole. */
const whole: Case[] = [
  ['positions', PROTO_OA_RECONCILE_REQ, positions],
  ['orders', PROTO_OA_RECONCILE_REQ, orders],
  ['trader', PROTO_OA_RECONCILE_REQ, trader],
  ['pnl', PROTO_OA_RECONCILE_REQ, pnl],
  ['equity', PROTO_OA_RECONCILE_REQ, equity],
  ['orderUpdates', PROTO_OA_RECONCILE_REQ, orderUpdates],
  ['symbols', PROTO_OA_SYMBOLS_LIST_REQ, symbols],
  ['symbol', PROTO_OA_SYMBOLS_LIST_REQ, account => symbol(account, 1)],
  ['symbol, by its terms', PROTO_OA_SYMBOL_BY_ID_REQ, account => symbol(account, 1)],
  ['assets', PROTO_OA_ASSET_LIST_REQ, assets],
  ['assetClasses', PROTO_OA_ASSET_CLASS_LIST_REQ, assetClasses],
  ['symbolCategories', PROTO_OA_SYMBOL_CATEGORY_REQ, symbolCategories],
  ['conversion', PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ, account => conversion(account, 1, 2)],
  ['marginCalls', PROTO_OA_MARGIN_CALL_LIST_REQ, marginCalls],
  ['candles', PROTO_OA_GET_TRENDBARS_REQ, account => candles(account, 1, M1, { history: 10 })],
]

const range = { from: NOW - 100 * HOURS, to: NOW }

/** Each stream whose list can be asked for in smaller parts. */
const pages: Case[] = [
  ['dealsBetween', PROTO_OA_DEAL_LIST_REQ, account => dealsBetween(account, range)],
  ['ordersBetween', PROTO_OA_ORDER_LIST_REQ, account => ordersBetween(account, range)],
  [
    'ticksBetween',
    PROTO_OA_GET_TICKDATA_REQ,
    account => ticksBetween(account, { symbol: 1, side: 'bid', ...range }),
  ],
  [
    'trendbars',
    PROTO_OA_GET_TRENDBARS_REQ,
    account => trendbarsBetween(account, { symbol: 1, period: M1, ...range }),
  ],
  ['cashFlow', PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ, account => cashFlowBetween(account, range)],
]

/** Each with a list of what there is since a time. */
const missed: Case[] = [
  ['deals', PROTO_OA_DEAL_LIST_REQ, account => deals(account, { since: 10 * HOURS })],
  ['orderUpdates', PROTO_OA_ORDER_LIST_REQ, orderUpdates],
]

/** Each in each of the ways. */
const each = (list: readonly Case[], ways: readonly Way[] = WAYS): [Way, ...Case][] =>
  list.flatMap(one => ways.map((way): [Way, ...Case] => [way, ...one]))

describe('an answer that is too large', () => {
  it.each(each(whole))(
    'that %s is the error of %s (%d), and of nothing else (B4)',
    (way, _, payloadType, open) => {
      inVirtualTime(({ at, watch }) => {
        const { account, client, server } = scriptedClient((frame, line) => {
          if (frame.payloadType === payloadType && frame.payload?.['ctidTraderAccountId'] === 11)
            tooMuch(way, frame, line)
          else liberal(frame, line)
        })
        const other = client.account({ accountId: 22, accessToken: 'token-of-22' })
        const beside = [watch(positions(other)), watch(symbols(other))]
        const seen = watch(open(account))
        at(100_000, () => {
          const { error } = seen
          const cause: unknown = error instanceof Error && 'cause' in error ? error.cause : error
          expect(cause).toMatchObject({ reason: 'TooLarge', payloadType, limit: 15 * 1024 * 1024 })
          expect(
            askedFor(server, payloadType).filter(({ payload }) => payload?.['ctidTraderAccountId'] === 11)
              .length,
          ).toBeLessThan(3)
          expect(beside.map(stream => [stream.error, stream.values.length])).toEqual(
            beside.map(() => [undefined, 1]),
          )
          expect(server.lines).toHaveLength(way === 'ends the line' ? 3 : 1)
        })
      })
    },
  )

  it.each(each(pages, ['comes', 'is refused']))(
    'that %s is asked for in parts by %s (%d), as the line is fine (B4)',
    (way, _, payloadType, open) => {
      inVirtualTime(({ at, watch }) => {
        const { account, server } = scriptedClient((frame, line) => {
          if (frame.payloadType === payloadType && lengthOf(frame) > 20 * HOURS) tooMuch(way, frame, line)
          else liberal(frame, line)
        })
        const seen = watch(open(account))
        at(100_000, () => {
          expect(seen.error).toBeUndefined()
          expect(seen.completed).toBe(true)
          expect(seen.values.at(-1)).toMatchObject({ progress: 1, to: range.to })
          expect(askedFor(server, payloadType).length).toBeLessThan(30)
        })
      })
    },
  )

  it.each(each(pages))(
    'that %s is the error of %s (%d) where there is no less of it (B4)',
    (way, _, payloadType, open) => {
      inVirtualTime(({ at, watch }) => {
        const { account, server } = scriptedClient((frame, line) => {
          if (frame.payloadType === payloadType) tooMuch(way, frame, line)
          else liberal(frame, line)
        })
        const seen = watch(open(account))
        at(100_000, () => {
          expect(seen.error).toMatchObject({ reason: 'TooLarge', payloadType })
          expect(askedFor(server, payloadType).length).toBeLessThan(way === 'ends the line' ? 3 : 40)
          expect(server.lines.length).toBeLessThan(4)
        })
      })
    },
  )

  it.each(each(missed))(
    'that %s is asked for in parts by %s (%d), unless it has ended lines (B4)',
    (way, _, payloadType, open) => {
      inVirtualTime(({ at, watch }) => {
        const { account, server } = scriptedClient((frame, line) => {
          if (frame.payloadType === payloadType && lengthOf(frame) > 20 * HOURS) tooMuch(way, frame, line)
          else liberal(frame, line)
        })
        const seen = watch(open(account))
        at(20_000, () => {
          const reason = isCTraderError(seen.error) ? seen.error.reason : undefined
          expect(reason).toBe(way === 'ends the line' ? 'TooLarge' : undefined)
          expect(server.lines).toHaveLength(way === 'ends the line' ? 3 : 1)
        })
      })
    },
  )

  it.each([
    ['of the symbols', PROTO_OA_SYMBOLS_LIST_REQ],
    ['of a conversion', PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ],
    ['of what the server thinks of profits', PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ],
  ])('%s (%d) does not end pnl, and is not asked for time and again (B4)', (_, payloadType) => {
    inVirtualTime(({ at, watch }) => {
      const { account, server } = scriptedClient((frame, line) => {
        if (frame.payloadType === payloadType) tooMuch('comes', frame, line)
        else liberal(frame, line)
      })
      const seen = watch(pnl(account))
      at(400_000, () => {
        expect(seen.error).toBeUndefined()
        expect(seen.values.at(-1)?.unvalued).toHaveLength(1)
        expect(askedFor(server, payloadType).length).toBeLessThan(3)
        expect(server.lines).toHaveLength(1)
      })
    })
  })

  it.each([
    ['the symbols', PROTO_OA_SYMBOLS_LIST_REQ],
    ['a conversion', PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ],
    ['what the server thinks of profits', PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ],
  ])('for once does not keep pnl without %s (%d) for ever (B4)', (_, payloadType) => {
    inVirtualTime(({ at, watch }) => {
      let times = 0
      const { account, server } = scriptedClient((frame, line) => {
        if (frame.payloadType === payloadType && (times += 1) === 1) tooMuch('comes', frame, line)
        else liberal(frame, line)
      })
      watch(pnl(account), 200_000)
      at(110_000, () => {
        expect(askedFor(server, payloadType)).toHaveLength(1)
      })
      at(130_000, () => {
        expect(askedFor(server, payloadType).length).toBeGreaterThan(1)
      })
    })
  })
})
