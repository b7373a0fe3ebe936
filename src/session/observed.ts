import { BehaviorSubject } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { Log } from './log'

/** An account as one sees it who does not want it to be kept: nothing is opened, or kept open, for it. */
export interface Observed {
  /** The link on which the account is authenticated, as long as others keep it. */
  readonly link$: Observable<Link | undefined>
  readonly log: Log
}

/** The same, for whoever makes the account. */
export interface Observing extends Observed {
  readonly link$: BehaviorSubject<Link | undefined>
}

export const observing = (log: Log): Observing => ({
  link$: new BehaviorSubject<Link | undefined>(undefined),
  log,
})

const observed = new WeakMap<object, Observed>()

export const letObserve = <T extends object>(account: T, by: Observed): T => {
  observed.set(account, by)
  return account
}

/** Nothing of an account that another program has made. */
export const observedOf = (account: object): Observed | undefined => observed.get(account)
