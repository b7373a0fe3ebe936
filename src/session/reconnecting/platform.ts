import { EMPTY, NEVER, filter, fromEvent, merge } from 'rxjs'
import type { Observable } from 'rxjs'

/** What a browser knows of its network and its user; elsewhere nothing, and nothing hinders. */
export interface Presence {
  /** Emits when things may have changed for the better: the network is back, the page is seen again. */
  readonly wake$: Observable<unknown>
  /** Whether there is surely no network. */
  readonly isOffline: () => boolean
  /** Whether the page is in the background, where its timers may run once a minute. */
  readonly isHidden: () => boolean
}

interface Platform {
  readonly addEventListener?: unknown
  readonly document?: { readonly hidden: boolean }
  readonly navigator?: { readonly onLine?: boolean }
}

const isEventTarget = (target: unknown): target is EventTarget =>
  typeof (target as Platform | undefined)?.addEventListener === 'function'

/** The presence on this platform: by `online`, `visibilitychange` and `pageshow` where there are such events. */
export const platformPresence = (platform: Platform = globalThis): Presence => {
  const { document } = platform
  const page$ = isEventTarget(platform)
    ? merge(fromEvent(platform, 'online'), fromEvent(platform, 'pageshow'))
    : EMPTY
  const seen$ = isEventTarget(document)
    ? fromEvent(document, 'visibilitychange').pipe(filter(() => !document.hidden))
    : EMPTY
  return {
    // The events end never; where there are none, nothing emits and nothing completes.
    wake$: merge(page$, seen$, NEVER),
    isOffline: () => platform.navigator?.onLine === false,
    isHidden: () => document?.hidden === true,
  }
}
