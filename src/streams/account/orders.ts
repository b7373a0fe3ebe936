import type { Observable } from 'rxjs'
import { changesOfVersions } from '../../operators/changes'
import type { Changes } from '../../operators/changes'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { Account } from '../../session/account'
import { partOf } from './accountSnapshot'

/**
 * The orders of the account that wait to be executed (`ProtoOAOrder`), a market order for the moment it takes;
 * without those behind the stop loss and take profit of positions. Lives and emits as `positions` does, on the same
 * answer (2124) and events: errors with the account, never completes.
 *
 * ```ts
 * orders(account).subscribe(({ removed }) => console.log(removed.map(({ orderId }) => orderId)))
 * ```
 */
export const orders = (account: Account): Observable<Changes<ProtoOAOrder>> =>
  partOf(account, 'orders').pipe(changesOfVersions())
