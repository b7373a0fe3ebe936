import { combineLatest, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOAClientPermissionScope } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import type { Client } from '../../../session/client'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Entitlement } from '../../model/session'

/** An account that a token opens. */
export interface GrantedAccount extends Omit<Entitlement, 'grantId'> {
  readonly broker?: string
}

/** What a token opens. */
export interface GrantedAccounts {
  /** cTrader's id of the person who has granted access. */
  readonly ctidUserId: number
  readonly accounts: readonly GrantedAccount[]
}

/** Asks what a token opens. Each host has the accounts of both environments. */
export const grantedAccounts = (
  { request }: Pick<Client, 'request'>,
  accessToken: string,
): Observable<GrantedAccounts> =>
  combineLatest([
    request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }),
    request(PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ, { accessToken }),
  ]).pipe(
    map(([{ ctidTraderAccount = [], permissionScope }, { profile }]) => ({
      ctidUserId: profile.userId,
      accounts: ctidTraderAccount.map(({ brokerTitleShort, ctidTraderAccountId, isLive, traderLogin }) => ({
        accountId: ctidTraderAccountId,
        environment: isLive ? 'live' : 'demo',
        scope: permissionScope === ProtoOAClientPermissionScope.SCOPE_TRADE ? 'trade' : 'view',
        ...omitUndefined({ traderLogin, broker: brokerTitleShort }),
      })),
    })),
  )
