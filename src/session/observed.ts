import type { Observable, Subject } from 'rxjs'
import type { Link } from '../connection/link'
import type { Permits } from './authentication/environmentCheck'
import type { OrderStep } from './activity'
import type { Feed } from './feeds'
import type { Log } from './logging/log'

/** What is known of an account without keeping it open. */
export interface Observed {
  /** The link on which the account is authenticated, while others keep it. */
  readonly link$: Observable<Link | undefined>
  readonly log: Log
  /** Gets the steps of its orders. */
  readonly orderStep$: Subject<OrderStep>
  readonly permits: Permits
  /** The accounts with the same prices, if the program says which they are. */
  readonly feed: Feed | undefined
}

const observed = new WeakMap<object, Observed>()

export const exposeObserved = <T extends object>(account: T, by: Observed): T => {
  observed.set(account, by)
  return account
}

/** `undefined` for an account that was not made by this library. */
export const getObserved = (account: object): Observed | undefined => observed.get(account)
