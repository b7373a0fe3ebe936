import { filter } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { establish } from './establish'
import type { LiveOptions } from './establish'

/**
 * A subscription on the server that lives as long as its consumer. It is made on each new link, also after a lost
 * line. When the consumer leaves, it is given back on the current link only.
 *
 * Emits the link each time the subscription is established, so another subscription can depend on it. Retries with
 * growing pauses while the server cannot do it. Errors if the server never will (an unknown symbol), and with the
 * errors of `link$`. Never completes.
 *
 * ```ts
 * const eurusd = { ctidTraderAccountId: account.accountId, symbolId: [1] }
 * live(account.accountAuth$, {
 *   open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, eurusd),
 *   close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, eurusd),
 * }).pipe(switchMap(link => link.on(PayloadType.PROTO_OA_SPOT_EVENT, 1)))
 * ```
 */
export const live = (link$: Observable<Link>, options: LiveOptions): Observable<Link> =>
  establish(link$, options).pipe(filter(link => link !== undefined))
