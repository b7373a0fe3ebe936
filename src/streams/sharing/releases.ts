import { switchMap, takeUntil } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import type { Link } from '../../connection/link'
import { isRefused } from '../../errors'
import { persist, findRemedy } from './persist'
import type { Remedy } from './persist'

/** If the server does not know the subscription or the symbol, there is nothing to give back. */
const remedyOfRelease = (error: unknown): Remedy =>
  isRefused(error) && error.errorCode.startsWith('NOT_SUBSCRIBED') ? 'done' : findRemedy(error)

/** What is released, or waits for that, link by link. */
export interface Releases {
  /** Gives back on a link, as soon as it may. On a lost link there is nothing to give back. */
  readonly begin: (link: Link) => void
  /** A pending release must not be sent after the next consumer has subscribed. Whether there was one. */
  readonly withdraw: (link: Link) => boolean
}

/** Releases with `close`, when `mayClose` of the link emits. */
export const createReleases = (
  close: (link: Link) => Observable<unknown>,
  mayClose: (link: Link) => Observable<unknown>,
): Releases => {
  const begun = new WeakMap<Link, Subscription>()
  return {
    begin: link => {
      const release$ = persist(() => mayClose(link).pipe(switchMap(() => close(link))), remedyOfRelease)
      begun.set(link, release$.pipe(takeUntil(link.closed$)).subscribe({ error: () => undefined }))
    },
    withdraw: link => {
      const release = begun.get(link)
      const isPending = release?.closed === false
      release?.unsubscribe()
      return isPending
    },
  }
}
