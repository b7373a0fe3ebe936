/** How a connection ended, in the WebSocket's terms. */
export interface CloseInfo {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
}

/** One thing that is wrong with a value: where, what was expected, and the type that was there (never the value). */
export interface FieldFault {
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** The two hosts. Each serves its own accounts only. */
export type Environment = 'demo' | 'live'

/** The options that may be functions. */
export type CredentialOption = 'clientSecret' | 'accessToken'

/**
 * The rules that an order can break. Where the rule is a term of the server's, it has that name.
 *
 * - `field`: an unknown field, for example a misspelt one; `nearest` is the most similar name
 * - `side`, `type`: not one of the two sides, not one of the five types
 * - `unit`: a volume, price or distance without a unit
 * - `number`: not a finite number, or not a whole one where only whole ones are allowed
 * - `minVolume`, `maxVolume`, `stepVolume`: the symbol's volumes; `positionVolume`: more than the position has
 * - `lotSize`, `pipPosition`: the symbol does not say how large a lot is, or a pip
 * - `entry`: there is no entry price
 * - `positive`: a price or a distance must be above zero
 * - `digits`: finer than the symbol's price; `tooLarge`: more than fits on the wire
 * - `absoluteProtection`: an order that is executed at once must have its protections as distances
 * - `protectionSide`: the stop loss must be on the losing side of the price, the take profit on the winning side
 * - `slDistance`, `tpDistance`, `gslDistance`: closer to the price than the symbol allows
 * - `stopLossMissing`: a trailing or guaranteed stop loss without a stop loss
 * - `guaranteedStopLoss`, `enableShortSelling`, `tradingMode`, `schedule`: what the symbol allows, and when
 * - `length`: a text is too long or empty
 * - `expires`: must be in the future
 * - `order`, `position`: the account has no such pending order or open position
 * - `accessRights`, `permissionScope`: not allowed for the account or its access token
 */
export type OrderRule =
  | 'field'
  | 'side'
  | 'type'
  | 'unit'
  | 'number'
  | 'minVolume'
  | 'maxVolume'
  | 'stepVolume'
  | 'positionVolume'
  | 'lotSize'
  | 'pipPosition'
  | 'entry'
  | 'positive'
  | 'digits'
  | 'tooLarge'
  | 'absoluteProtection'
  | 'protectionSide'
  | 'slDistance'
  | 'tpDistance'
  | 'gslDistance'
  | 'stopLossMissing'
  | 'guaranteedStopLoss'
  | 'enableShortSelling'
  | 'tradingMode'
  | 'schedule'
  | 'length'
  | 'expires'
  | 'order'
  | 'position'
  | 'accessRights'
  | 'permissionScope'
