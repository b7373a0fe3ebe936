import { concatMap, defer, of, shareReplay, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { SendRequest } from '../../connection/requests/request'
import type { ProtoOAGetAccountListByAccessTokenRes } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import { oncePer } from '../../util/oncePer'
import type { Grant } from './grants/grant'

type AccountList = ProtoOAGetAccountListByAccessTokenRes

/** Asks for the accounts of a token, and what it permits (2149 → 2150). */
export const requestAccountList = (request: SendRequest, accessToken: string): Observable<AccountList> =>
  request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken })

export const findEntry = ({ ctidTraderAccount = [] }: AccountList, accountId: number) =>
  ctidTraderAccount.find(({ ctidTraderAccountId }) => ctidTraderAccountId === accountId)

/** The list of one token of a grant, and which one. */
interface Asked {
  readonly accessToken: string
  readonly list$: Observable<AccountList>
}

const keptOf = oncePer<Grant, { asked?: Asked }>(() => ({}))

/**
 * The accounts of a grant's current token: asked once for all of them, and again with another token. Also again for an
 * account that is not in the list, because the user may have given access to it since.
 */
export const accountList = (
  grant: Grant,
  accountId: number,
  request: SendRequest,
): Observable<AccountList> => {
  const kept = keptOf(grant)
  const ask = (accessToken: string): Observable<AccountList> => {
    const asked: Asked = {
      accessToken,
      list$: requestAccountList(request, accessToken).pipe(
        tap({
          error: () => {
            if (kept.asked === asked) delete kept.asked
          },
        }),
        shareReplay({ bufferSize: 1, refCount: false }),
      ),
    }
    kept.asked = asked
    return asked.list$
  }
  return grant.accessToken$.pipe(
    concatMap(accessToken =>
      defer(() => {
        const { asked } = kept
        if (asked?.accessToken !== accessToken) return ask(accessToken)
        return asked.list$.pipe(concatMap(list => (findEntry(list, accountId) ? of(list) : ask(accessToken))))
      }),
    ),
  )
}
