import { Subject } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOAOrderStatus } from '../protocol/enums'
import type { ProtoOAOrder } from '../protocol/orders'
import type { Account } from '../session/account'
import type { Heard } from './heard'

const found = new WeakMap<Account, Subject<Heard>>()

const subjectOf = (account: Account): Subject<Heard> => {
  const known = found.get(account)
  if (known) return known
  const subject = new Subject<Heard>()
  found.set(account, subject)
  return subject
}

/** What was found out, by asking, of orders that this program has sent, and that are over. */
export const foundOut = (account: Account): Observable<Heard> => subjectOf(account)

export const isOver = ({ orderStatus }: ProtoOAOrder): boolean =>
  orderStatus !== ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED

/** Of an order that still waits for its price, events will tell. */
export const tellFound = (account: Account, heard: readonly Heard[]): void => {
  for (const one of heard) if (one.order && isOver(one.order)) subjectOf(account).next(one)
}
