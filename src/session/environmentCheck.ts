import { EMPTY, concatMap, defer, ignoreElements, map, shareReplay, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Request } from '../connection/request'
import { CTraderError, invalidOption } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import type { Environment } from './options'
import type { Grant } from './tokens'

/** Which environment an account is of, by the account list of its token (2149 → 2150). */
export const lookUpEnvironment = (
  request: Request,
  accountId: number,
  accessToken: string,
): Observable<Environment> =>
  request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
    map(({ ctidTraderAccount = [] }) => {
      const account = ctidTraderAccount.find(({ ctidTraderAccountId }) => ctidTraderAccountId === accountId)
      if (!account) throw invalidOption('accountId', 'is not among the accounts of this access token')
      return account.isLive === true ? 'live' : 'demo'
    }),
  )

/**
 * Completes when an account is of an environment, and errors with `WrongEnvironment` when it's not. Asked once: no
 * account changes sides. Where the client says nothing of its environment there is nothing to compare.
 */
export const isOf = (
  environment: Environment | undefined,
  accountId: number,
  { accessToken$ }: Grant,
  request: Request,
): Observable<never> => {
  if (environment === undefined) return EMPTY
  const found$ = defer(() => accessToken$).pipe(
    concatMap(accessToken => lookUpEnvironment(request, accountId, accessToken)),
    shareReplay({ bufferSize: 1, refCount: false }),
  )
  return found$.pipe(
    tap(found => {
      if (found !== environment)
        throw new CTraderError({ reason: 'WrongEnvironment', accountId, environment })
    }),
    ignoreElements(),
  )
}
