import type { Observable } from 'rxjs'
import { changesOfVersions } from '../../operators/changes'
import type { Changes } from '../../operators/changes'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Account } from '../../session/account'
import { accountPart } from './accountSnapshot'

/**
 * The pending orders of the account (`ProtoOAOrder`). A market order is among them for the short time until it is
 * executed. The orders behind the stop loss and take profit of positions are not.
 *
 * Uses the same answer (2124) and events as `positions`, and emits in the same way. Errors with the account; never
 * completes.
 *
 * ```ts
 * orders(account).subscribe(({ removed }) => console.log(removed.map(({ orderId }) => orderId)))
 * ```
 */
export const orders = (account: Account): Observable<Changes<ProtoOAOrder>> =>
  accountPart(account, 'orders').pipe(changesOfVersions())
