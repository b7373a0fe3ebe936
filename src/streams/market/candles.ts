import { EMPTY, Observable, Subscription, defer, mergeMap, switchScan } from 'rxjs'
import type { Link } from '../../connection/link'
import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { toPeriodNumber } from '../../time/barPeriods'
import type { Period } from '../../time/barPeriods'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import type { Account } from '../../session/account'
import { recentBars } from './recentBars'
import { createJoining } from './candleJoining'
import { formingBars } from './formingBar'
import type { WireBar } from '../../protocol/wireBar'
import { stateCandles, nextCandles } from './candleState'
import type { CandlesOf, CandleState, SymbolCandle } from './candleState'
import { oneTurn, shareByKey } from '../sharing/shareByKey'
import { sourceBarLink, sourceSpotEvents } from './marketSubscriptions'
import { readPrices } from './priceSource'
import { nameUnknownSymbol, ofSymbol } from '../symbols/resolveSymbol'
import type { SymbolIdOrName } from '../symbols/resolveSymbol'

/** Settings of `candles`. */
export interface CandlesOptions {
  /**
   * How many closed bars come first. Default 0. They are requested 5,000 at a time, emitted when all are there, and
   * kept for late consumers. For years of minutes use `trendbarsBetween`, which emits page by page.
   */
  readonly history?: number
}

/** Which candles, and where their data comes from. */
interface Source extends CandlesOf {
  readonly eventsOn: (link: Link) => Observable<ProtoOASpotEvent>
  readonly historyOn: (link: Link, before: CandleState | undefined) => Observable<readonly WireBar[]>
}

/**
 * The state after each event on one link with live bars. History gives the bars before them. Until it is there,
 * live bars are kept, then both are joined.
 */
const candlesOn =
  (source: Source, formingAfter: ReturnType<typeof formingBars>) =>
  (before: CandleState | undefined, link: Link): Observable<CandleState> =>
    new Observable(subscriber => {
      const joining = createJoining(before?.forming, source.history)
      const asking = new Subscription()
      /** `undefined` until live bars and history are joined. */
      let known: CandleState | undefined

      const goOn = (closed: readonly WireBar[], forming: WireBar): void => {
        // What closed before the first live bar came of the history.
        known = nextCandles(source, known ?? before, { closed, late: known === undefined }, forming)
        subscriber.next(known)
      }
      const join = (): void => {
        asking.unsubscribe()
        const bars = joining.takeBars()
        const forming = bars.at(-1)
        // Nothing changed, so consumers need no new value.
        if (forming === undefined || forming === before?.forming) known = before
        else goOn(bars.slice(0, -1), forming)
      }
      const take = (event: ProtoOASpotEvent): void => {
        const last = known ? known.forming : joining.last()
        const bar = formingAfter(last, event)
        if (!bar || bar === last) return
        if (known) goOn(bar.timestamp > known.forming.timestamp ? [known.forming] : [], bar)
        else {
          joining.keep(bar)
          if (asking.closed || (event.bid && joining.isFirstWanted(bar))) join()
        }
      }

      subscriber.add(source.eventsOn(link).subscribe(take))
      subscriber.add(asking)
      asking.add(
        source.historyOn(link, before).subscribe({
          next: joining.keepPage,
          error: (error: unknown) => {
            subscriber.error(error)
          },
          complete: join,
        }),
      )
    })

const shared = shareByKey<CandleState>(oneTurn)

const knownCandles = (account: Account, { symbolId, period, history }: CandlesOf): Observable<CandleState> =>
  readPrices(account, prices =>
    shared(prices, `${symbolId} ${period} ${history}`, () => {
      const source: Source = {
        symbolId,
        period,
        history,
        eventsOn: link => sourceSpotEvents(prices, symbolId, link),
        // Includes the bar that was forming when the line was lost, and the one that forms now.
        historyOn: (link, before) =>
          recentBars(
            link,
            { ctidTraderAccountId: prices.accountOn(link).accountId, symbolId, period },
            before ? { from: before.forming.timestamp } : { count: history + 1 },
          ),
      }
      const onLink = candlesOn(source, formingBars(period))
      return sourceBarLink(prices, symbolId, period).pipe(
        nameUnknownSymbol(symbolId),
        switchScan(
          (before, link) => (link ? onLink(before, link) : EMPTY),
          undefined as CandleState | undefined,
        ),
      )
    }),
  )

/**
 * The bars of a symbol, by id or name, in any of the 14 periods.
 *
 * - First the last `history` closed bars, oldest first, and the forming one.
 * - Then each change of the forming bar (`closed: false`).
 * - When the next bar begins, the finished bar once more (`closed: true`), then the new one.
 *
 * A closed bar is `late` if it closed before you could get it: in the history, or while the line was lost.
 *
 * Bars are of bid prices, like the server's. There is no bar for a time without trades. While the market is closed,
 * the last bar counts as forming.
 *
 * Live bars (2135) come with the spots. History (2137) is requested once they are established, and joined to them:
 * no bar is missing, and none is emitted closed twice. After a lost line, the bar that was forming and all missed
 * bars come first, closed. They are requested in the historical lane, and nothing else is emitted until they are
 * there, so there is no gap.
 *
 * Shared by all consumers of the same symbol, period and history; a late consumer gets all of it at once. While the
 * line is down nothing new comes, and a late consumer gets the last known bars. Errors with `InvalidOption` if the
 * period or `history` is invalid, for a symbol the account does not have, and with the account. Never completes.
 *
 * ```ts
 * candles(account, 'EURUSD', 'M5', { history: 100 })
 *   .pipe(filter(({ closed }) => closed))
 *   .subscribe(({ timestamp, close }) => console.log(timestamp, close))
 * ```
 */
export const candles = (
  account: Account,
  symbol: SymbolIdOrName,
  period: Period,
  options: CandlesOptions = {},
): Observable<SymbolCandle> =>
  defer(() => {
    checkNames(options, { history: true })
    const { history = 0 } = options
    const number = toPeriodNumber(period)
    if (!Number.isSafeInteger(history) || history < 0)
      throw invalidOption('history', 'must be a whole number of bars, 0 or more')
    return ofSymbol(account, symbol, symbolId => {
      const of = { symbolId, period: number, history }
      return knownCandles(account, of).pipe(
        mergeMap((state, index) => (index === 0 ? stateCandles(of, state) : state.news)),
      )
    })
  })
