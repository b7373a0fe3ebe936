import { asyncScheduler, catchError, defer, ignoreElements, map, take, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { SendRequest } from '../../../connection/requests/request'
import { CTraderError, errorMessage } from '../../../errors'
import { isFinal } from '../../../protocol/errorCodes'
import { PayloadType } from '../../../protocol/payloadType'
import { REDACTED } from '../../../protocol/secrets'
import { MINUTE } from '../../../time/constants'
import { omitUndefined } from '../../../util/omitUndefined'
import { awaitResult } from '../../../util/observables/awaitResult'
import { inTime } from '../../../util/observables/inTime'
import type { Tokens } from './tokens'

/** How a user's function is called that saves a pair. */
export interface Saving {
  /** How long saving a pair may take, in ms. */
  readonly saveTimeout: number
  /** Takes secrets out of a text. */
  readonly conceal: (text: string) => string
}

/**
 * Calls a function of the user's, and waits for it. Errors with `TokensNotSaved`, without the secrets, also short ones
 * that `conceal` does not search for.
 */
export const awaitSaving = (
  act: () => unknown,
  { saveTimeout, conceal }: Saving,
  secrets: readonly string[],
  context = '',
): Observable<never> =>
  defer(() => awaitResult(act())).pipe(
    ignoreElements(),
    inTime(saveTimeout),
    catchError((error: unknown) => {
      const words = secrets.reduce((text, secret) => text.replaceAll(secret, REDACTED), errorMessage(error))
      const detail = conceal(`${context}${words}`)
      return throwError(() => new CTraderError({ reason: 'TokensNotSaved', detail }))
    }),
  )

const asGrantLost = (error: unknown): unknown => {
  if (!isFinal(error)) return error
  const { errorCode, description } = error
  return new CTraderError({ reason: 'GrantLost', errorCode, ...omitUndefined({ description }) })
}

/**
 * Requests a new pair (2173), once. The old one is worth nothing then. Errors with `GrantLost` if the refusal is final.
 */
export const requestPair = (request: SendRequest, refreshToken: string): Observable<Required<Tokens>> =>
  request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken }).pipe(
    // What follows an answer must not make it forgotten.
    take(1),
    map(({ accessToken, refreshToken: next, expiresIn }) => ({
      accessToken,
      refreshToken: next,
      expiresAt: asyncScheduler.now() + Math.max(expiresIn * 1_000, MINUTE),
    })),
    catchError((error: unknown) => throwError(() => asGrantLost(error))),
  )
