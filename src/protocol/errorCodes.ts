import { isRefused } from '../errors'
import type { Refused } from '../errors'

/**
 * What an error code means for the sender of the request. The codes are strings, and new ones appear. So an unknown
 * code is `transient`: visible, retried with growing pauses, and never fatal by a guess.
 */
export type ErrorMeaning = 'alreadyDone' | 'fatal' | 'badToken' | 'notRouted' | 'appLost' | 'transient'

const meanings: ReadonlyMap<string, ErrorMeaning> = new Map(
  Object.entries({
    // The requested state is already there.
    ALREADY_LOGGED_IN: 'alreadyDone',
    ALREADY_SUBSCRIBED: 'alreadyDone',
    CH_CLIENT_ALREADY_AUTHENTICATED: 'alreadyDone',

    // The same request will never succeed.
    CH_CLIENT_AUTH_FAILURE: 'fatal',
    CH_OA_CLIENT_NOT_FOUND: 'fatal',
    CH_CTID_TRADER_ACCOUNT_NOT_FOUND: 'fatal',
    ACCOUNT_NOT_AUTHORIZED: 'fatal',
    RET_NO_SUCH_LOGIN: 'fatal',
    RET_ACCOUNT_DISABLED: 'fatal',
    INVALID_REQUEST: 'fatal',
    UNSUPPORTED_MESSAGE: 'fatal',

    // The same token will never succeed, but another one of the same grant can.
    CH_ACCESS_TOKEN_INVALID: 'badToken',
    OA_AUTH_TOKEN_EXPIRED: 'badToken',

    // The connection must begin again.
    CH_CLIENT_NOT_AUTHENTICATED: 'appLost',

    // A live account on the demo host (or the reverse), or a broker that is down: the code does not tell which.
    CANT_ROUTE_REQUEST: 'notRouted',
  }),
)

export const errorMeaning = (errorCode: string): ErrorMeaning => meanings.get(errorCode) ?? 'transient'

/** Whether it is a refusal of one of these meanings. */
export const isRefusedAs = (u: unknown, ...wanted: readonly ErrorMeaning[]): u is Refused =>
  isRefused(u) && wanted.includes(errorMeaning(u.errorCode))

/** Whether it is a refusal of a request that will never succeed. */
export const isFinal = (u: unknown): u is Refused => isRefusedAs(u, 'fatal', 'badToken')

const tooMany: ReadonlySet<string> = new Set(['BLOCKED_PAYLOAD_TYPE', 'REQUEST_FREQUENCY_EXCEEDED'])

/** Whether there were too many requests. Only a later request helps. */
export const isTooMany = (errorCode: string): boolean => tooMany.has(errorCode)
