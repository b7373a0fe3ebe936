import { isRefused } from '../errors'
import type { Refused } from '../errors'

/**
 * What a server's error code means for whoever sent the request. The codes are strings on the wire and new ones
 * appear, so an unknown code is `transient`: visible, retried with growing pauses, never fatal by guess.
 */
export type ErrorMeaning = 'alreadyDone' | 'fatal' | 'badToken' | 'notRouted' | 'appLost' | 'transient'

const meanings: ReadonlyMap<string, ErrorMeaning> = new Map(
  Object.entries({
    // The state asked for is the state there is.
    ALREADY_LOGGED_IN: 'alreadyDone',
    ALREADY_SUBSCRIBED: 'alreadyDone',
    CH_CLIENT_ALREADY_AUTHENTICATED: 'alreadyDone',

    // The same request cannot succeed later.
    CH_CLIENT_AUTH_FAILURE: 'fatal',
    CH_OA_CLIENT_NOT_FOUND: 'fatal',
    CH_CTID_TRADER_ACCOUNT_NOT_FOUND: 'fatal',
    ACCOUNT_NOT_AUTHORIZED: 'fatal',
    RET_NO_SUCH_LOGIN: 'fatal',
    RET_ACCOUNT_DISABLED: 'fatal',
    INVALID_REQUEST: 'fatal',
    UNSUPPORTED_MESSAGE: 'fatal',

    // The same token cannot; another one of the same grant can.
    CH_ACCESS_TOKEN_INVALID: 'badToken',
    OA_AUTH_TOKEN_EXPIRED: 'badToken',

    // The connection has to begin anew.
    CH_CLIENT_NOT_AUTHENTICATED: 'appLost',

    // A live account on the demo host (or the reverse), or a broker that is down: the code alone does not tell.
    CANT_ROUTE_REQUEST: 'notRouted',
  }),
)

export const meaningOf = (errorCode: string): ErrorMeaning => meanings.get(errorCode) ?? 'transient'

/** Whether it is a refusal of one of these meanings. */
export const isRefusedAs = (u: unknown, ...wanted: readonly ErrorMeaning[]): u is Refused =>
  isRefused(u) && wanted.includes(meaningOf(u.errorCode))

/** Whether it is a refusal of what cannot succeed later either. */
export const isFinal = (u: unknown): u is Refused => isRefusedAs(u, 'fatal', 'badToken')

const tooMany: ReadonlySet<string> = new Set(['BLOCKED_PAYLOAD_TYPE', 'REQUEST_FREQUENCY_EXCEEDED'])

/** Whether it is the server's answer to too many requests. Only asking later helps. */
export const isTooMany = (errorCode: string): boolean => tooMany.has(errorCode)
