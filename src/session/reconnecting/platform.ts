import { EMPTY, NEVER, filter, fromEvent, merge } from 'rxjs'
import type { Observable } from 'rxjs'

/** What a browser knows of its network and its user. Elsewhere there is nothing to know. */
export interface Platform {
  /** Emits when things may have become better: the network is back, or the page is visible again. */
  readonly wake$: Observable<unknown>
  /** Whether there is certainly no network. */
  readonly isOffline: () => boolean
  /** Whether the page is in the background, where timers may run only once a minute. */
  readonly isHidden: () => boolean
}

interface Globals {
  readonly addEventListener?: unknown
  readonly document?: { readonly hidden: boolean }
  readonly navigator?: { readonly onLine?: boolean }
}

const isEventTarget = (target: unknown): target is EventTarget =>
  typeof (target as Globals | undefined)?.addEventListener === 'function'

/** What this platform knows, from `online`, `visibilitychange` and `pageshow` events if it has them. */
export const browserPlatform = (globals: Globals = globalThis): Platform => {
  const { document } = globals
  const page$ = isEventTarget(globals)
    ? merge(fromEvent(globals, 'online'), fromEvent(globals, 'pageshow'))
    : EMPTY
  const seen$ = isEventTarget(document)
    ? fromEvent(document, 'visibilitychange').pipe(filter(() => !document.hidden))
    : EMPTY
  return {
    // The events never end. Without events, it must not complete either.
    wake$: merge(page$, seen$, NEVER),
    isOffline: () => globals.navigator?.onLine === false,
    isHidden: () => document?.hidden === true,
  }
}
