import { combineLatest, filter, map, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { spots, symbol, symbols } from '../../index'
import type { Account } from '../../index'
import { isTrading, nextOpening } from '../../orders/validation/marketHours'
import { dateAndTime } from '../output/text'
import { LONGEST, attempt } from './attempt'
import { fine, wrong } from './checks'
import type { Check } from './checks'

/** A clock that is so much off, in ms, has orders refused and certificates judged wrongly. */
const CLOCK_TOLERANCE = 60_000
const MINUTE = 60_000

/** The symbol whose quotes are looked at. */
const sampleSymbol = (account: Account): Observable<number> =>
  symbols(account).pipe(
    map(({ all, get }) => get('EURUSD') ?? all.find(({ enabled = true }) => enabled)),
    filter(found => found !== undefined),
    map(({ symbolId }) => symbolId),
    take(1),
  )

/** Whether quotes come, and by their times whether the clock of this machine is right. */
export const quoteChecks = async (account: Account, isOwnServer: boolean): Promise<readonly Check[]> => {
  const first = await attempt(
    'quotes',
    sampleSymbol(account).pipe(
      switchMap(symbolId => combineLatest([symbol(account, symbolId), spots(account, symbolId)])),
    ),
  )
  if (!('value' in first)) return [first]
  const [terms, quote] = first.value
  const name = terms.symbolName ?? String(terms.symbolId)
  // Another server may have its own time. Then the market is closed if it was when the last quote came.
  const now = isOwnServer ? quote.timestamp + MINUTE : Date.now()
  if (!isTrading(terms, now)) {
    const opening = nextOpening(terms, now)
    const until = opening === undefined ? '' : ` until ${dateAndTime(opening)} UTC`
    return [fine('quotes', `${name} is closed${until}; the last one is of ${dateAndTime(quote.timestamp)}`)]
  }
  const next = await attempt(
    'quotes',
    spots(account, terms.symbolId).pipe(filter(({ timestamp }) => timestamp > quote.timestamp)),
  )
  if (!('value' in next))
    return [wrong('quotes', `none of ${name} within ${LONGEST / 1_000} s`, 'Its market may have a holiday.')]
  const flowing = fine('quotes', `${name} ${next.value.bid.toFixed(terms.digits)}`)
  if (isOwnServer) return [fine('clock', 'not compared: this server has its own time'), flowing]
  const ahead = Math.round((Date.now() - next.value.timestamp) / 1_000)
  return [
    Math.abs(ahead) * 1_000 <= CLOCK_TOLERANCE
      ? fine('clock', 'agrees with the server')
      : wrong('clock', `${ahead} s from the server's`, 'Set the clock of this machine.'),
    flowing,
  ]
}
