/** What a change of one level costs in a small book and in a large one, each kept as it was before. */
import { Subject } from 'rxjs'
import { toBook } from 'rx-ctrader'
import type { OrderBook, ProtoOADepthEvent } from 'rx-ctrader'
import { accountId } from './frames'
import { compare, conclude } from './measure'

const CHANGES_PER_ROUND = 2_000
const SMALL = 10
const LARGE = 10_000
const BOUND = 8

let kept: OrderBook | undefined

/** Changes one level of a book of so many: another size, or away and back again. */
const changing = (levels: number): (() => void) => {
  const event$ = new Subject<ProtoOADepthEvent>()
  event$.pipe(toBook()).subscribe(book => {
    kept = book
  })
  const change = (change: Pick<ProtoOADepthEvent, 'newQuotes' | 'deletedQuotes'>): void => {
    event$.next({ ctidTraderAccountId: accountId, symbolId: 1, ...change })
  }
  const quotes = Array.from({ length: levels }, (_, n) => ({ id: n, size: 100, bid: 100_000 - n }))
  change({ newQuotes: quotes })
  if (kept?.bids.length !== levels) throw new Error('the book is not what it should be')
  let n = 0
  return () => {
    n += 1
    const id = (n * 7_919) % levels
    const quote = quotes[id]
    if (!quote) throw new Error('there is no such quote')
    if (n % 3 === 0) change({ newQuotes: [{ ...quote, size: 100 + n }] })
    else {
      change({ deletedQuotes: [id] })
      change({ newQuotes: [quote] })
    }
  }
}

const sizes = [SMALL, LARGE]
const acts = sizes.map(changing).map(act => ({ act, text: '', times: CHANGES_PER_ROUND }))
compare(acts)
const { times, ratios } = compare(acts)
if (kept?.bids.length !== LARGE) throw new Error('the book is not what it was')

conclude(
  'one level changed in an order book',
  'ratio',
  sizes.map((levels, index) => ({
    name: `${levels.toLocaleString('en')} levels`,
    figures: { 'a change, ns': times[index] ?? NaN },
    bounded: { value: ratios[index] ?? NaN, ...(levels === LARGE && { atMost: BOUND }) },
  })),
)
