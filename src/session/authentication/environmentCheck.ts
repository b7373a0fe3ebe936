import {
  EMPTY,
  catchError,
  concat,
  concatMap,
  defaultIfEmpty,
  defer,
  map,
  mergeMap,
  of,
  shareReplay,
  tap,
  throwError,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { SendRequest } from '../../connection/requests/request'
import { CTraderError, invalidOption } from '../../errors'
import type { Environment } from '../../errorFields'
import type { ProtoOAGetAccountListByAccessTokenRes } from '../../protocol/messages/account'
import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import { accountList, findEntry, requestAccountList } from './accountList'
import type { Grant } from './grants/grant'

/** The account list's entry for one account. */
interface Granted {
  readonly environment: Environment
  readonly permissionScope: ProtoOAClientPermissionScope | undefined
}

const grantedIn = (list: ProtoOAGetAccountListByAccessTokenRes, accountId: number): Granted => {
  const account = findEntry(list, accountId)
  if (!account) throw invalidOption('accountId', 'is not among the accounts of this access token')
  return {
    environment: account.isLive === true ? 'live' : 'demo',
    permissionScope: list.permissionScope,
  }
}

/** The environment of an account, from the account list of its token. */
export const lookUpEnvironment = (
  request: SendRequest,
  accountId: number,
  accessToken: string,
): Observable<Environment> =>
  requestAccountList(request, accessToken).pipe(map(list => grantedIn(list, accountId).environment))

/** The client's environment. */
export interface Surroundings {
  /** The client's environment, if it is set. */
  readonly environment: Environment | undefined
  /** Whether the host serves accounts of this environment only. */
  readonly isServedAlone: boolean
}

/** What may be done with an account. Each completes if it may, and errors if not. */
export interface Permits {
  /**
   * The account is of the client's environment. Nothing to look up if the client has no environment, or if the host
   * refuses accounts of the other one.
   */
  readonly isHere$: Observable<never>
  /**
   * Whether the token permits trading, if the account is of the client's environment. Emits once. If the server does
   * not say, it is `true`: the server itself must judge.
   */
  readonly canTrade$: Observable<boolean>
  /** Whether that was looked up, so that both complete at once. */
  readonly isKnown: () => boolean
  /** The server has accepted this token: another one may permit something else, and is looked up again. */
  readonly accepted: (accessToken: string) => void
}

const viewOnly = (): CTraderError =>
  new CTraderError({
    reason: 'InvalidOrder',
    rule: 'permissionScope',
    field: 'permissionScope',
    value: 'SCOPE_VIEW',
    nearest: 'SCOPE_TRADE',
    detail: 'permits viewing only',
  })

/** Completes if an account can trade, and errors with `InvalidOrder` if it cannot. */
export const requireTrading = ({ canTrade$ }: Pick<Permits, 'canTrade$'>): Observable<never> =>
  canTrade$.pipe(concatMap(canTrade => (canTrade ? EMPTY : throwError(viewOnly))))

/** Looked up once per token, for the first caller: an account never changes its environment, nor a token its scope. */
export const createPermits = (
  { environment, isServedAlone }: Surroundings,
  accountId: number,
  grant: Grant,
  request: SendRequest,
): Permits => {
  let isKnown = false
  let current: string | undefined
  const lookUpOnce = (): Observable<Granted> =>
    accountList(grant, accountId, request).pipe(
      map(list => grantedIn(list, accountId)),
      tap(() => {
        isKnown = true
      }),
      shareReplay({ bufferSize: 1, refCount: false }),
    )
  let once$ = lookUpOnce()
  const granted$ = defer(() => once$)
  const hereOrNot = ({ environment: found }: Granted): Observable<never> =>
    environment === undefined || found === environment
      ? EMPTY
      : throwError(() => new CTraderError({ reason: 'WrongEnvironment', accountId, environment }))
  const known$ = environment === undefined ? granted$.pipe(catchError(() => EMPTY)) : granted$
  return {
    isHere$: environment === undefined || isServedAlone ? EMPTY : granted$.pipe(mergeMap(hereOrNot)),
    canTrade$: known$.pipe(
      concatMap(granted =>
        granted.permissionScope === ProtoOAClientPermissionScope.SCOPE_VIEW
          ? of(false)
          : concat(hereOrNot(granted), of(true)),
      ),
      defaultIfEmpty(true),
    ),
    isKnown: () => isKnown,
    accepted: accessToken => {
      if (current !== undefined && current !== accessToken) {
        isKnown = false
        once$ = lookUpOnce()
      }
      current = accessToken
    },
  }
}
