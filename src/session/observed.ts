import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { Permits } from './authentication/environmentCheck'
import type { Log } from './logging/log'

/** What is known of an account without being one of those who keep it: nothing is opened, or kept open, for it. */
export interface Observed {
  /** The link on which the account is authenticated, as long as others keep it. */
  readonly link$: Observable<Link | undefined>
  readonly log: Log
  readonly permits: Permits
}

const observed = new WeakMap<object, Observed>()

export const exposeObserved = <T extends object>(account: T, by: Observed): T => {
  observed.set(account, by)
  return account
}

/** Nothing of an account that another program has made. */
export const observedOf = (account: object): Observed | undefined => observed.get(account)
