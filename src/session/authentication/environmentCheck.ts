import { EMPTY, catchError, concatMap, defer, map, mergeMap, shareReplay, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Request } from '../../connection/requests/request'
import { CTraderError, invalidOption } from '../../errors'
import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { Grant } from './tokens'

/** Which of the two hosts: each serves its own accounts only. */
export type Environment = 'demo' | 'live'

/** What the account list of a token says of one account. */
interface Granted {
  readonly environment: Environment
  readonly permissionScope: ProtoOAClientPermissionScope | undefined
}

/** What an access token is good for on an account (2149 → 2150). */
const lookUp = (request: Request, accountId: number, accessToken: string): Observable<Granted> =>
  request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
    map(({ ctidTraderAccount = [], permissionScope }) => {
      const account = ctidTraderAccount.find(({ ctidTraderAccountId }) => ctidTraderAccountId === accountId)
      if (!account) throw invalidOption('accountId', 'is not among the accounts of this access token')
      return { environment: account.isLive === true ? 'live' : 'demo', permissionScope }
    }),
  )

/** Which environment an account is of, by the account list of its token. */
export const lookUpEnvironment = (
  request: Request,
  accountId: number,
  accessToken: string,
): Observable<Environment> =>
  lookUp(request, accountId, accessToken).pipe(map(({ environment }) => environment))

/** Where an account is looked for. */
export interface Surroundings {
  /** What the client is for, if it says. */
  readonly environment: Environment | undefined
  /** Whether the line leads to a host that serves accounts of this environment only. */
  readonly isServedAlone: boolean
}

/** What may be done with an account: completes where it may, errors where it must not. */
export interface Permits {
  /**
   * It is of the client's environment. There is nothing to look up where the client says none, nor at a host that
   * authenticates no account of the other.
   */
  readonly isHere$: Observable<never>
  /** It is, and its token permits trading; where the server does not say whether it does, that is the server's to judge. */
  readonly mayTrade$: Observable<never>
  /** Whether that was looked up, so that both tell at once. */
  readonly isKnown: () => boolean
}

/** Looked up once, by the first who wants to know: no account changes sides, and no token its scope. */
export const permitsOf = (
  { environment, isServedAlone }: Surroundings,
  accountId: number,
  { accessToken$ }: Grant,
  request: Request,
): Permits => {
  let isKnown = false
  const granted$ = defer(() => accessToken$).pipe(
    concatMap(accessToken => lookUp(request, accountId, accessToken)),
    tap(() => {
      isKnown = true
    }),
    shareReplay({ bufferSize: 1, refCount: false }),
  )
  const hereOrNot = ({ environment: found }: Granted): Observable<never> =>
    environment === undefined || found === environment
      ? EMPTY
      : throwError(() => new CTraderError({ reason: 'WrongEnvironment', accountId, environment }))
  const viewing = (): CTraderError =>
    new CTraderError({
      reason: 'InvalidOrder',
      rule: 'permissionScope',
      field: 'permissionScope',
      value: 'SCOPE_VIEW',
      nearest: 'SCOPE_TRADE',
      detail: 'permits viewing only',
    })
  const known$ = environment === undefined ? granted$.pipe(catchError(() => EMPTY)) : granted$
  return {
    isHere$: environment === undefined || isServedAlone ? EMPTY : granted$.pipe(mergeMap(hereOrNot)),
    mayTrade$: known$.pipe(
      mergeMap(granted =>
        granted.permissionScope === ProtoOAClientPermissionScope.SCOPE_VIEW
          ? throwError(viewing)
          : hereOrNot(granted),
      ),
    ),
    isKnown: () => isKnown,
  }
}
