import type { CTraderError } from '../../errors'
import { hasReason, isCTraderError, isRefused } from '../../errors'
import { isTooMany } from '../../protocol/errorCodes'
import { omitUndefined } from '../../util/omitUndefined'
import type { Refusal } from '../bus/messages'

/** Nothing is wrong with the request: it can be sent again later. */
export const notReachable: Refusal = {
  errorCode: 'CH_SERVER_NOT_REACHABLE',
  description: 'cTrader cannot be reached at the moment',
}

export const orderNotSent: Refusal = { ...notReachable, description: 'The order was not sent' }

export const notAuthorized: Refusal = {
  errorCode: 'INVALID_REQUEST',
  description: 'Trading account is not authorized',
}

/** The user has to grant access again. */
const grantLost: Refusal = {
  errorCode: 'CH_ACCESS_TOKEN_INVALID',
  description: 'The access to this account has to be granted again',
}

/**
 * Whether a gateway has no tokens that work: they have expired, were revoked, or are not in the store. Then only the user
 * can grant access again.
 */
export const isGrantLost = (error: unknown): boolean =>
  hasReason(error, 'GrantLost') || (hasReason(error, 'InvalidOption') && error.option === 'accessToken')

/** These say something of the application's own session at cTrader, and nothing of the peer's. */
const OF_THE_APPLICATION: ReadonlySet<string> = new Set([
  'CH_CLIENT_AUTH_FAILURE',
  'CH_CLIENT_NOT_AUTHENTICATED',
  'CH_CLIENT_ALREADY_AUTHENTICATED',
  'CH_OA_CLIENT_NOT_FOUND',
  'CONNECTIONS_LIMIT_EXCEEDED',
])

const ofRefused = (error: Extract<CTraderError, { readonly reason: 'Refused' }>): Refusal => {
  const { errorCode, description, retryAfter, maintenanceEndTimestamp, orderId, positionId } = error
  if (OF_THE_APPLICATION.has(errorCode)) return notReachable
  return {
    // Its payload type is blocked for the whole line. A peer that is told so would hold back everything.
    errorCode: isTooMany(errorCode) ? 'REQUEST_FREQUENCY_EXCEEDED' : errorCode,
    ...omitUndefined({
      description,
      retryAfter,
      maintenanceEndTimestamp:
        maintenanceEndTimestamp === undefined ? undefined : Math.ceil(maintenanceEndTimestamp / 1_000),
      orderId,
      positionId,
    }),
  }
}

/** What a peer is told about an error of a request to cTrader. */
export const toRefusal = (error: unknown): Refusal => {
  if (isRefused(error)) return ofRefused(error)
  if (!isCTraderError(error)) return notReachable
  if (isGrantLost(error)) return grantLost
  if (hasReason(error, 'InvalidRequest')) return { errorCode: 'INVALID_REQUEST', description: error.message }
  if (hasReason(error, 'TooLarge')) return { errorCode: 'FRAME_TOO_LONG', description: error.message }
  return notReachable
}
