import type { Observable } from 'rxjs'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { Account } from '../../session/account'
import { accountPart } from './accountSnapshot'

/**
 * The account itself (`ProtoOATrader`): its balance, its rights, its leverage. Emits the latest value at once, then
 * each change.
 *
 * Requested (2121) for the first consumer and on each new line. The server reports changes (2123), and a closed
 * position or a payment reports the new balance. Of two balances, the one with the higher `balanceVersion` is
 * newer. While the line is down nothing new comes, and a late consumer gets the last value. Errors with the
 * account; never completes.
 *
 * ```ts
 * trader(account).subscribe(({ balance, moneyDigits = 2 }) => console.log(toMoney(balance, moneyDigits)))
 * ```
 */
export const trader = (account: Account): Observable<ProtoOATrader> => accountPart(account, 'trader')
