import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { invalidOption } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import type { Client } from './client'
import type { AccountOptions, Environment } from './options'

/**
 * Which host serves an account, by the account list of its token (2149 → 2150), which either host gives. Emits
 * once and completes; errors with `InvalidOption` if the account is not the token owner's.
 *
 * ```ts
 * environmentOf(createClient({ environment: 'demo', ...application }), { accountId, accessToken })
 * ```
 */
export const environmentOf = (
  client: Client,
  { accountId, accessToken }: Pick<AccountOptions, 'accountId' | 'accessToken'>,
): Observable<Environment> =>
  client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
    map(({ ctidTraderAccount = [] }) => {
      const account = ctidTraderAccount.find(({ ctidTraderAccountId }) => ctidTraderAccountId === accountId)
      if (!account) throw invalidOption('accountId', 'is not among the accounts of this access token')
      return account.isLive === true ? 'live' : 'demo'
    }),
  )
