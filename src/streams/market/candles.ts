import { EMPTY, Observable, Subscription, defer, map, switchScan } from 'rxjs'
import type { Link } from '../../connection/link'
import { invalidOption } from '../../errors'
import { barTimesOf } from '../../time/barPeriods'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import type { Account } from '../../session/account'
import { recentBars } from './recentBars'
import { formingBars, joined } from './formingBar'
import type { WireBar } from './formingBar'
import { flatten } from '../sharing/flatten'
import { candlesIn, knownAfter } from './candleState'
import type { CandlesOf, CandleState, SymbolCandle } from './candleState'
import { oneTurn, shareByKey } from '../sharing/shareByKey'
import { barsOf, spotEventsOn } from './marketSubscriptions'
import { namingUnknown, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** Settings of `candles`. */
export interface CandleOptions {
  /**
   * How many closed bars come first. Default 0. They are asked for 5,000 at a time, come when all are there, and are kept
   * for late consumers: of years of minutes `trendbars` gives page by page.
   */
  readonly history?: number
}

/** Which candles, and how to get what they are made of. */
interface Source extends CandlesOf {
  readonly eventsOn: (link: Link) => Observable<ProtoOASpotEvent>
  readonly historyOn: (link: Link, before: CandleState | undefined) => Observable<readonly WireBar[]>
}

/**
 * What is known after each event on one link, where live bars come. What was before them history tells; until it has,
 * what comes is kept, and put together with it by the opening times.
 */
const candlesOn =
  (source: Source, formingAfter: ReturnType<typeof formingBars>) =>
  (before: CandleState | undefined, link: Link): Observable<CandleState> =>
    new Observable(subscriber => {
      const asking = new Subscription()
      const since = before?.forming.timestamp ?? -Infinity
      const isNew = ({ timestamp }: WireBar): boolean => timestamp >= since
      const isFirstWanted = ({ timestamp }: WireBar): boolean =>
        before ? timestamp === since : source.history === 0
      /** The newest; all of history, which may be long, is joined to them once, when it is there. */
      let recent: readonly WireBar[] = before ? [before.forming] : []
      const pages: (readonly WireBar[])[] = []
      let known: CandleState | undefined

      const goOn = (closed: readonly WireBar[], forming: WireBar): void => {
        known = knownAfter(source, known ?? before, closed, forming)
        subscriber.next(known)
      }
      const begin = (): void => {
        asking.unsubscribe()
        const bars = joined([...recent, ...pages.splice(0).flat().filter(isNew)])
        const forming = bars.at(-1)
        // Where nothing has changed meanwhile, nobody has to hear of it.
        if (forming === undefined || forming === before?.forming) known = before
        else goOn(bars.slice(0, -1), forming)
      }
      const keep = (bar: WireBar): void => {
        if (isNew(bar)) recent = joined([...recent, bar])
      }
      const keepPage = (page: readonly WireBar[]): void => {
        pages.push(page)
        page.slice(-1).forEach(keep)
      }

      const take = (event: ProtoOASpotEvent): void => {
        const last = known ? known.forming : recent.at(-1)
        const bar = formingAfter(last, event)
        if (!bar || bar === last) return
        if (known) {
          goOn(bar.timestamp > known.forming.timestamp ? [known.forming] : [], bar)
          return
        }
        keep(bar)
        // A live bar is all of its time: where it is the one wanted first, history has nothing to add.
        if (asking.closed || (event.bid && isFirstWanted(bar))) begin()
      }

      subscriber.add(source.eventsOn(link).subscribe(take))
      subscriber.add(asking)
      asking.add(
        source.historyOn(link, before).subscribe({
          next: keepPage,
          error: (error: unknown) => {
            subscriber.error(error)
          },
          complete: begin,
        }),
      )
    })

const shared = shareByKey<CandleState>(oneTurn)

const knownCandles = (account: Account, { symbolId, period, history }: CandlesOf): Observable<CandleState> =>
  shared(account, `${symbolId} ${period} ${history}`, () => {
    const bars = { ctidTraderAccountId: account.accountId, symbolId, period }
    const source: Source = {
      symbolId,
      period,
      history,
      eventsOn: link => spotEventsOn(account, symbolId, link),
      // What was forming when the line was lost is of interest, too, and one is forming now.
      historyOn: (link, before) =>
        recentBars(link, bars, before ? { from: before.forming.timestamp } : { count: history + 1 }),
    }
    const onLink = candlesOn(source, formingBars(period))
    return barsOf(account, symbolId, period).pipe(
      namingUnknown(symbolId),
      switchScan(
        (before, link) => (link ? onLink(before, link) : EMPTY),
        undefined as CandleState | undefined,
      ),
    )
  })

/**
 * The bars of a symbol, by id or name, in any of the 14 periods: first the last `history` closed ones, oldest first,
 * and the forming one, then each change of that (`closed: false`), and each bar once more when the next one begins
 * (`closed: true`), just before that one. Bars are of bid prices, as the server's are; a bar of which nothing was traded
 * there is not. While the market is closed, the last bar counts as forming.
 *
 * Rests on live bars (2135), which come with the spots, and on history (2137), which is asked for once they are
 * established and joined to them: no bar is missing and none comes closed twice. After a lost line the bar that was
 * forming then and all that were missed come, closed, before what is new. What is missing comes in the lane of
 * history, and meanwhile nothing does: there is no gap.
 *
 * Shared by all who ask for the same symbol, period and history; a late consumer gets all of that at once. While the
 * line is down nothing new comes, and a late consumer gets what was known before. Errors with `InvalidOption` where the
 * period or `history` is none, for a symbol the account does not have, and with the account; never completes.
 *
 * ```ts
 * candles(account, 'EURUSD', ProtoOATrendbarPeriod.M5, { history: 100 })
 *   .pipe(filter(({ closed }) => closed))
 *   .subscribe(({ timestamp, close }) => console.log(timestamp, close))
 * ```
 */
export const candles = (
  account: Account,
  symbol: SymbolIdOrName,
  period: ProtoOATrendbarPeriod,
  { history = 0 }: CandleOptions = {},
): Observable<SymbolCandle> =>
  defer(() => {
    barTimesOf(period) // throws of what is no period
    if (!Number.isSafeInteger(history) || history < 0)
      throw invalidOption('history', 'must be a whole number of bars, 0 or more')
    return ofSymbol(account, symbol, symbolId => {
      const of = { symbolId, period, history }
      return knownCandles(account, of).pipe(
        map((state, index) => (index === 0 ? candlesIn(of, state) : state.news)),
        flatten(),
      )
    })
  })
