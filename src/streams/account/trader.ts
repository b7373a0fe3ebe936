import type { Observable } from 'rxjs'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { Account } from '../../session/account'
import { partOf } from './accountSnapshot'

/**
 * The account itself (`ProtoOATrader`): its balance, its rights, its leverage. The latest at once, then each time
 * something of it is another: the server tells (2123), and what closes a position or pays in tells the balance, of
 * which `balanceVersion` says which is newer. Asked (2121) when the first consumer comes and on each line after. While
 * the line is down nothing new comes, and a late consumer gets what was known before. Errors with the account; never
 * completes.
 *
 * ```ts
 * trader(account).subscribe(({ balance, moneyDigits = 2 }) => console.log(toMoney(balance, moneyDigits)))
 * ```
 */
export const trader = (account: Account): Observable<ProtoOATrader> => partOf(account, 'trader')
