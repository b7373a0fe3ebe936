import { NEVER, defer, merge, of, repeat, startWith, switchMap, take, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { pace } from '../../session/state/pace'
import { unreadByKind } from '../../session/state/unread'
import { growingPause } from '../../util/backoff'

const PAUSES = { initial: 5_000, max: 300_000 }

/** When to poll. */
export interface Polling {
  /** Emits when the state has changed unnoticed. */
  readonly missed$?: Observable<unknown>
  /** Each poll but the first waits until this emits: at subscription, or when the state is next used. */
  readonly needed$?: Observable<unknown>
}

/**
 * Polls the state of an account on a link: at once, then with pauses that grow from 5 s to 5 minutes. The server's
 * lists may be behind, and an event may be lost without a sign.
 *
 * It asks at once and returns to short pauses when a frame that may belong to the account could not be read, and
 * when `missed$` emits. If this keeps happening, it asks at most once a minute. Emits what `ask` emits, and errors
 * with it. Never completes.
 *
 * ```text
 * pollState(link, accountId, () => answerOn(link, () => link.request(PayloadType.PROTO_OA_TRADER_REQ, account)))
 * ```
 */
export const pollState = <T>(
  link: Link,
  accountId: number,
  ask: () => Observable<T>,
  { missed$ = NEVER, needed$ = of(undefined) }: Polling = {},
): Observable<T> =>
  merge(unreadByKind(link, accountId, 'account'), missed$.pipe(pace((_, later) => later))).pipe(
    startWith(undefined),
    switchMap(() =>
      defer(ask).pipe(
        repeat({
          delay: count =>
            timer(growingPause(count, PAUSES)).pipe(
              switchMap(() => needed$),
              take(1),
            ),
        }),
      ),
    ),
  )
