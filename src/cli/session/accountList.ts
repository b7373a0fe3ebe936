import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../../index'
import type { Client, Environment } from '../../index'
import { Mistake } from '../outcome'
import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'

/** An account that a token gives access to. */
export interface ListedAccount {
  readonly accountId: number
  readonly login: number | undefined
  readonly broker: string | undefined
  readonly environment: Environment
  readonly scope: 'trading' | 'accounts'
}

/** The accounts of a token. Either host has the whole list. */
export const accountList = (
  client: Pick<Client, 'request'>,
  accessToken: string,
): Observable<readonly ListedAccount[]> =>
  client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
    map(({ permissionScope, ctidTraderAccount = [] }) =>
      ctidTraderAccount.map(({ ctidTraderAccountId, traderLogin, brokerTitleShort, isLive }) => ({
        accountId: ctidTraderAccountId,
        login: traderLogin,
        broker: brokerTitleShort,
        environment: isLive ? 'live' : 'demo',
        scope: permissionScope === ProtoOAClientPermissionScope.SCOPE_TRADE ? 'trading' : 'accounts',
      })),
    ),
  )

/** The account with this id or login. */
export const findAccount = (accounts: readonly ListedAccount[], number: string): ListedAccount => {
  const found = accounts.find(({ accountId, login }) => [accountId, login].map(String).includes(number))
  if (found) return found
  const known = accounts.map(({ accountId, login }) => `${accountId} (login ${login ?? 'unknown'})`)
  throw new Mistake(
    `--account: there is no account ${number} in this grant. It has ${known.join(', ') || 'no accounts'}.`,
  )
}
