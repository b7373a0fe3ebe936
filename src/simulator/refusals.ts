/** What the server says no with: `errorCode` and `description`, and the account where the live server names it. */
export interface Refusal {
  readonly errorCode: string
  readonly description: string
  readonly ctidTraderAccountId?: number
}

const refusal = (errorCode: string, description: string): Refusal => ({ errorCode, description })

// Seen on the live server, to the letter.
export const malformedJson = (position: string): Refusal =>
  refusal('INVALID_REQUEST', `Malformed JSON message at ${position}`)
export const wrongClient = refusal('CH_CLIENT_AUTH_FAILURE', 'clientId or clientSecret is incorrect')
export const accountNotAuthorized = refusal('INVALID_REQUEST', 'Trading account is not authorized')
export const invalidToken = refusal('CH_ACCESS_TOKEN_INVALID', 'Invalid access token')
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
export const invalidField = (detail: string): Refusal => refusal('INVALID_REQUEST', detail)
