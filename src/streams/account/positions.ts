import type { Observable } from 'rxjs'
import { changesOfVersions } from '../../operators/changes'
import type { Changes } from '../../operators/changes'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Account } from '../../session/account'
import { accountPart } from './accountSnapshot'

/**
 * The open positions of the account (`ProtoOAPosition`). The first value has all of them in `added`, also for a
 * late subscriber. Then come the changes.
 *
 * Reconciled (2124) for the first consumer and on each new line, then kept up to date by events. After a lost line
 * it emits what changed meanwhile, or nothing if nothing changed. While the line is down nothing new comes, and a
 * late consumer gets the last value. Errors with the account; never completes.
 *
 * ```ts
 * positions(account).subscribe(({ all, added }) => console.log(all.length, added.map(({ tradeData }) => tradeData)))
 * ```
 */
export const positions = (account: Account): Observable<Changes<ProtoOAPosition>> =>
  accountPart(account, 'positions').pipe(changesOfVersions())
