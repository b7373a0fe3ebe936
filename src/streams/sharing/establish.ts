import {
  EMPTY,
  NEVER,
  Observable,
  catchError,
  concat,
  defer,
  endWith,
  ignoreElements,
  map,
  of,
  startWith,
  switchMap,
  takeUntil,
  tap,
  throwError,
} from 'rxjs'
import type { Link } from '../../connection/link'
import { isRefusedAs } from '../../protocol/errorCodes'
import { persist, findRemedy } from './persist'
import { createReleases } from './releases'

/** How to get something from the server, and how to give it back. */
export interface LiveOptions {
  /** Subscribes on a link. The values are ignored. When it completes, the subscription is established. */
  readonly open: (link: Link) => Observable<unknown>
  /** Unsubscribes on a link that is still good. */
  readonly close: (link: Link) => Observable<unknown>
}

/** When a subscription is given back and established again. */
export interface Establishing {
  /** Gives back on a link when this emits. If it completes without a value, does not give back. */
  readonly mayClose?: (link: Link) => Observable<unknown>
  /** Whether a link that is no longer the current one may have something to give back. Default: never. */
  readonly isOver?: (link: Link) => boolean
  /** Whether the server tells something only at subscription. Then an earlier subscription is given back first. */
  readonly isAfresh?: boolean
  /** When this emits, the subscription is given back and established again on the same link. */
  readonly again?: (link: Link) => Observable<unknown>
  /** When this emits, the subscription is useless until it is established again. `again` follows. */
  readonly spoilt?: (link: Link) => Observable<unknown>
}

/** Gives back what may be there already, and subscribes. */
const reopen = ({ open, close }: LiveOptions, link: Link): Observable<unknown> =>
  concat(
    defer(() => close(link)).pipe(catchError(() => EMPTY)),
    defer(() => open(link)),
  )

/** Subscribes where nothing should be there yet. */
const openNew = (subscribing: LiveOptions, link: Link, isAfresh: boolean): Observable<unknown> =>
  subscribing
    .open(link)
    .pipe(
      catchError((error: unknown) =>
        isAfresh && isRefusedAs(error, 'alreadyDone') ? reopen(subscribing, link) : throwError(() => error),
      ),
    )

/** The link, from when `opened$` completes until `spoilt$` emits; `undefined` before and after. */
const whileGood = (
  link: Link,
  opened$: Observable<unknown>,
  spoilt$: Observable<unknown>,
): Observable<Link | undefined> =>
  concat(of(undefined), opened$.pipe(ignoreElements()), of(link), NEVER).pipe(
    takeUntil(spoilt$),
    endWith(undefined),
  )

/**
 * Like `live`. Also emits `undefined` when the subscription is about to be established again: what depends on it
 * must wait.
 */
export const establish = (
  link$: Observable<Link | undefined>,
  subscribing: LiveOptions,
  {
    mayClose = () => of(undefined),
    isOver = () => false,
    isAfresh = false,
    again = () => NEVER,
    spoilt = () => NEVER,
  }: Establishing = {},
): Observable<Link | undefined> => {
  const releases = createReleases(subscribing.close, mayClose)
  return new Observable(subscriber => {
    /** The link that may have something to give back. */
    let held: Link | undefined
    const hold = (link: Link | undefined): void => {
      held = link
    }
    const open = (link: Link, mayBeThere: boolean): Observable<unknown> =>
      persist(
        () => (mayBeThere ? reopen(subscribing, link) : openNew(subscribing, link, isAfresh)),
        findRemedy,
      ).pipe(tap({ error: () => hold(undefined) }))
    const establishOn = (link: Link): Observable<Link | undefined> => {
      const wasPending = releases.withdraw(link)
      hold(link)
      return again(link).pipe(
        map(() => true),
        startWith(wasPending),
        switchMap(mayBeThere => whileGood(link, open(link, mayBeThere), spoilt(link))),
      )
    }
    // Added first, so that a subscription that depends on another is given back before it.
    subscriber.add(() => {
      if (held) releases.begin(held)
    })
    const leaveFormer = (link: Link | undefined): void => {
      if (!held || held === link || !isOver(held)) return
      releases.begin(held)
      hold(undefined)
    }
    link$
      .pipe(
        tap(leaveFormer),
        switchMap(link => (link ? establishOn(link) : of(undefined))),
      )
      .subscribe(subscriber)
  })
}
