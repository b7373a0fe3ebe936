import { getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { checkMargin, nextCheck } from './marginLevel'
import { chargeSwap } from '../accounting/swaps'
import { followMarket, nextTrailTime, trigger } from './trigger'
import { nextCheckTime } from '../state/watch'

/** An event that will happen on an account. */
export interface Due {
  readonly at: number
  readonly happen: (at: number) => void
}

/**
 * The next event on an account. At the same time, orders come first in the order of their acceptance, then trailing
 * stops, then swaps. The margin level is last, because it depends on all of them.
 */
export const nextDue = (account: ExchangeAccount, now: number): Due | undefined => {
  const { book, market } = account
  let first: Due | undefined
  const consider = (at: number | undefined, happen: (at: number) => void): void => {
    if (at !== undefined && (first === undefined || at < first.at)) first = { at, happen }
  }
  for (const order of book.working)
    consider(
      order.watch && nextCheckTime(market, order, getSymbol(account, order.symbolId), account.fills),
      at => {
        trigger(account, order, at)
      },
    )
  for (const position of book.open)
    consider(nextTrailTime(account, position), at => {
      followMarket(account, position, at)
    })
  for (const position of book.open)
    consider(position.nextSwapAt, at => {
      chargeSwap(account, position, at)
    })
  if (book.marginDirty) {
    book.marginDirty = false
    book.marginCheckAt = book.open.size === 0 ? undefined : now
  }
  consider(book.marginCheckAt, at => {
    checkMargin(account, at)
    book.marginDirty = false
    book.marginCheckAt = nextCheck(account, at)
  })
  return first
}

/** Drops what is known of the future of a symbol's prices. */
export const forgetFuture = ({ book }: ExchangeAccount, symbolId: number): void => {
  for (const order of book.working)
    if (order.symbolId === symbolId && order.watch) order.watch.due = undefined
  for (const position of book.open) if (position.symbolId === symbolId) position.trailDue = undefined
  book.marginDirty = true
}
