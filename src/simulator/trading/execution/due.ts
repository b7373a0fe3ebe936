import { ProtoOAOrderType } from '../../../protocol/messages/enums'
import { getSymbol, serverCause } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { checkMargin, nextCheck } from './marginLevel'
import { executeNow } from './pace'
import type { Order } from '../state/records'
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
        reach(account, order, at)
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

/** An order whose time may have come: its price, or for one without a price the first of a session. */
const reach = (account: ExchangeAccount, order: Order, at: number): void => {
  if (order.orderType !== ProtoOAOrderType.MARKET) trigger(account, order, at)
  else if (account.market.isOpen(order.symbolId, at)) executeNow(account, order, at, serverCause)
  else order.watch = { from: Infinity, due: undefined }
}

/** Drops what was known of the future of a symbol's prices at a time. */
export const forgetFuture = ({ book }: ExchangeAccount, symbolId: number, at: number): void => {
  for (const order of book.working)
    if (order.symbolId === symbolId && order.watch) {
      order.watch.due = undefined
      // It waits for the next price, whose time was not known.
      if (order.watch.from === Infinity) order.watch.from = at
    }
  for (const position of book.open) if (position.symbolId === symbolId) position.trailDue = undefined
  book.marginDirty = true
}
