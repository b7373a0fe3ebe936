import type { Observable } from 'rxjs'
import { changesOfVersions } from '../../operators/changes'
import type { Changes } from '../../operators/changes'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import type { Account } from '../../session/account'
import { partOf } from './accountSnapshot'

/**
 * The open positions of the account, as the server last told of each (`ProtoOAPosition`): everything in `added` at
 * first, also for a late subscriber, then what changed. Reconciled (2124) when the first consumer comes and on each
 * line after, and kept by the account's events, so that after a lost line comes what changed meanwhile, and nothing
 * where that is nothing. While the line is down nothing new comes, and a late consumer gets what was known before.
 * Errors with the account; never completes.
 *
 * ```ts
 * positions(account).subscribe(({ all, added }) => console.log(all.length, added.map(({ tradeData }) => tradeData)))
 * ```
 */
export const positions = (account: Account): Observable<Changes<ProtoOAPosition>> =>
  partOf(account, 'positions').pipe(changesOfVersions())
