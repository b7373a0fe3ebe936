import { NEVER, defer, merge, repeat, startWith, switchMap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { pace } from '../../session/state/pace'
import { unsure } from '../../session/state/unread'

const FIRST_PAUSE = 5_000
const LONGEST_PAUSE = 300_000

/**
 * Asks for the state of an account on a link: at once, and again with pauses that grow from 5 s to 5 minutes, since what
 * the server lists may be behind what it did, and an event may be lost without a sign. Asks at once, and begins again
 * with short pauses, where a frame that may be of the account could not be read, and where `missed$` says that
 * something was missed; if that goes on, at most once a minute. Emits what `ask` emits; errors with it; never
 * completes.
 *
 * ```text
 * pollState(link, accountId, () => answerOn(link, () => link.request(PayloadType.PROTO_OA_TRADER_REQ, account)))
 * ```
 */
export const pollState = <T>(
  link: Link,
  accountId: number,
  ask: () => Observable<T>,
  missed$: Observable<unknown> = NEVER,
): Observable<T> =>
  merge(unsure(link, accountId, 'account'), missed$.pipe(pace((_, later) => later))).pipe(
    startWith(undefined),
    switchMap(() =>
      defer(ask).pipe(
        repeat({ delay: count => timer(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (count - 1))) }),
      ),
    ),
  )
