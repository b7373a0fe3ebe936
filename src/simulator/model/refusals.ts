/** What the server says no with: `errorCode` and `description`, and the account where the live server names it. */
export interface Refusal {
  readonly errorCode: string
  readonly description: string
  readonly ctidTraderAccountId?: number
  /** Seconds until the payload type is taken again. */
  readonly retryAfter?: number
  /** Seconds since the epoch; milliseconds in a 50. */
  readonly maintenanceEndTimestamp?: number
}

/** What an order command is refused with: the order or position it named, where it named one. */
export interface OrderRefusal {
  readonly errorCode: string
  readonly description?: string
  /** 0 where the live server names none and sends it all the same. */
  readonly orderId?: number
  readonly positionId?: number
}

const refusal = (errorCode: string, description: string): Refusal => ({ errorCode, description })

// Seen on the live server, to the letter.
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

// The codes are official, the wording is ours: nobody has recorded the live server's.
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
/** Of what is not there, by an id. */
export const notFound = (errorCode: string, what: string): Refusal => ({
  errorCode,
  description: `${what} is not found`,
})
