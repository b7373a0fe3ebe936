/** A refusal by the server: `errorCode` and `description`, and the account if the live server names it. */
export interface Refusal {
  readonly errorCode: string
  readonly description: string
  readonly ctidTraderAccountId?: number
  /** Seconds until the payload type is accepted again. */
  readonly retryAfter?: number
  /** Seconds since the epoch; milliseconds in a 50. */
  readonly maintenanceEndTimestamp?: number
}

/** The refusal of an order command, with the order or position in the command, if any. */
export interface OrderRefusal {
  readonly errorCode: string
  readonly description?: string
  /** 0 if the live server names no order but sends the field. */
  readonly orderId?: number
  readonly positionId?: number
}

const refusal = (errorCode: string, description: string): Refusal => ({ errorCode, description })

// Recorded on the live server, word for word.
export const malformedJson = (position: string): Refusal =>
  refusal('INVALID_REQUEST', `Malformed JSON message at ${position}`)
export const wrongClient = refusal('CH_CLIENT_AUTH_FAILURE', 'clientId or clientSecret is incorrect')
export const accountNotAuthorized = refusal('INVALID_REQUEST', 'Trading account is not authorized')
export const clientNotActive = refusal('CH_CLIENT_AUTH_FAILURE', 'OA client is not in active state')
export const invalidToken = refusal('CH_ACCESS_TOKEN_INVALID', 'Invalid access token')
export const tokenExpired = refusal('CH_ACCESS_TOKEN_INVALID', 'Access token expired')
export const notRouted = refusal('CANT_ROUTE_REQUEST', 'Cannot route request')
export const alreadyAuthorized = (ctidTraderAccountId: number): Refusal => ({
  ...refusal('ALREADY_LOGGED_IN', 'Trading account is already authorized in this channel'),
  ctidTraderAccountId,
})

// The codes are official. The texts are ours, because the live server's are not recorded.
export const clientNotAuthenticated = refusal(
  'CH_CLIENT_NOT_AUTHENTICATED',
  'Application is not authenticated',
)
export const clientAlreadyAuthenticated = refusal(
  'CH_CLIENT_ALREADY_AUTHENTICATED',
  'Application is already authenticated in this channel',
)
export const accountNotFound = refusal('CH_CTID_TRADER_ACCOUNT_NOT_FOUND', 'Trading account is not found')
export const unsupportedMessage = (payloadType: number): Refusal =>
  refusal('UNSUPPORTED_MESSAGE', `Payload type ${payloadType} is not supported`)
export const tooManyConnections = refusal(
  'CONNECTIONS_LIMIT_EXCEEDED',
  'Application has too many connections',
)
export const blockedPayloadType = (retryAfter: number): Refusal => ({
  ...refusal('BLOCKED_PAYLOAD_TYPE', 'Too many requests: payload type is blocked'),
  retryAfter,
})
export const tooFrequent = refusal('REQUEST_FREQUENCY_EXCEEDED', 'Too many requests')
export const underMaintenance = (maintenanceEndTimestamp: number): Refusal => ({
  ...refusal('SERVER_IS_UNDER_MAINTENANCE', 'Server is under maintenance'),
  maintenanceEndTimestamp,
})
export const internalError = refusal('UNKNOWN_ERROR', 'Internal error')
export const invalidField = (detail: string): Refusal => refusal('INVALID_REQUEST', detail)

// Market data.
export const symbolNotFound = (symbolId: number): Refusal =>
  refusal('SYMBOL_NOT_FOUND', `Symbol ${symbolId} is not found`)
export const noConversion = (firstAssetId: number, lastAssetId: number): Refusal =>
  refusal('SYMBOL_NOT_FOUND', `No symbols convert asset ${firstAssetId} to asset ${lastAssetId}`)
export const alreadySubscribed = (what: string, symbolId: number): Refusal =>
  refusal('ALREADY_SUBSCRIBED', `Already subscribed to ${what} of symbol ${symbolId}`)
export const notSubscribedToSpots = (symbolId: number): Refusal =>
  refusal('NOT_SUBSCRIBED_TO_SPOTS', `Not subscribed to spots of symbol ${symbolId}`)
export const notSubscribed = (what: string, symbolId: number): Refusal =>
  refusal('INVALID_REQUEST', `Not subscribed to ${what} of symbol ${symbolId}`)
export const incorrectBoundaries = (detail: string): Refusal => refusal('INCORRECT_BOUNDARIES', detail)
/** For something that does not exist. */
export const notFound = (errorCode: string, what: string): Refusal => ({
  errorCode,
  description: `${what} is not found`,
})
