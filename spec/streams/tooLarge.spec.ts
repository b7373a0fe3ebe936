import type { Observable } from 'rxjs'
import {
  ProtoOATrendbarPeriod,
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
  orderUpdates,
  orders,
  ordersBetween,
  pnl,
  positions,
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

const WAYS: readonly Way[] = ['comes', 'ends the line', 'is refused']
const { M1 } = ProtoOATrendbarPeriod
const NOW = 5_000 * HOURS

const askedFor = ({ lines }: ScriptedServer, payloadType: number): SentFrame[] =>
  lines.flatMap(({ heard }) => heard.filter(frame => frame.payloadType === payloadType))

type Case = [name: string, payloadType: number, open: (account: Account) => Observable<unknown>]

/** Each stream with a list of which there is no less to ask for. */
const whole: Case[] = [
  ['positions', 2124, positions],
  ['orders', 2124, orders],
  ['trader', 2124, trader],
  ['pnl', 2124, pnl],
  ['equity', 2124, equity],
  ['orderUpdates', 2124, orderUpdates],
  ['symbols', 2114, symbols],
  ['symbol', 2114, account => symbol(account, 1)],
  ['symbol, by its terms', 2116, account => symbol(account, 1)],
  ['assets', 2112, assets],
  ['assetClasses', 2153, assetClasses],
  ['symbolCategories', 2160, symbolCategories],
  ['conversion', 2118, account => conversion(account, 1, 2)],
  ['marginCalls', 2167, marginCalls],
  ['candles', 2137, account => candles(account, 1, M1, { history: 10 })],
]

const range = { from: NOW - 100 * HOURS, to: NOW }

/** Each with a list of which less may be asked for. */
const pages: Case[] = [
  ['dealsBetween', 2133, account => dealsBetween(account, range)],
  ['ordersBetween', 2175, account => ordersBetween(account, range)],
  ['ticksBetween', 2145, account => ticksBetween(account, { symbol: 1, side: 'bid', ...range })],
  ['trendbars', 2137, account => trendbarsBetween(account, { symbol: 1, period: M1, ...range })],
  ['cashFlow', 2143, account => cashFlowBetween(account, range)],
]

/** Each with a list of what there is since a time. */
const missed: Case[] = [
  ['deals', 2133, account => deals(account, { since: 10 * HOURS })],
  ['orderUpdates', 2175, orderUpdates],
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
    ['of the symbols', 2114],
    ['of a conversion', 2118],
    ['of what the server thinks of profits', 2187],
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
    ['the symbols', 2114],
    ['a conversion', 2118],
    ['what the server thinks of profits', 2187],
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
