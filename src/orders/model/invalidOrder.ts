import { isLeft, left } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'
import { CTraderError } from '../../errors'

/**
 * What an order can break, named as the server's own terms where they are what it breaks.
 *
 * - `field`: a name that no such order or change has, as one that is misspelt; `nearest` is the name most like it
 * - `side`, `type`: neither of the two, none of the five
 * - `unit`: a volume, price or distance that does not say what it is in
 * - `number`: no finite number, or no whole one where there are no parts
 * - `minVolume`, `maxVolume`, `stepVolume`: the symbol's volumes; `positionVolume`: more than there is to close
 * - `lotSize`, `pipPosition`: the symbol does not say how much a lot is, or a pip
 * - `entry`: there is no price to go from
 * - `positive`: a price or a distance has to be above zero
 * - `digits`: finer than the symbol's price; `tooLarge`: more than fits on the wire
 * - `absoluteProtection`: an order that is executed at once takes its protections as distances
 * - `protectionSide`: the stop loss has to be on the losing side of the price, the take profit on the winning
 * - `slDistance`, `tpDistance`, `gslDistance`: nearer to the price than the symbol allows
 * - `stopLossMissing`: a trailing or guaranteed stop loss without a stop loss
 * - `guaranteedStopLoss`, `enableShortSelling`, `tradingMode`, `schedule`: what the symbol allows, and when
 * - `length`: of a text
 * - `expires`: it has to be in the future
 * - `order`, `position`: the account has no pending order, no open position of that id
 * - `accessRights`, `permissionScope`: what the account and its access token allow
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

export type Checked<T> = Either<CTraderError, T>

/** What is wrong with a field of an order. `detail` goes on from the field and its value. */
export interface Objection {
  readonly rule: OrderRule
  readonly field: string
  readonly value: number | string
  readonly detail: string
  readonly nearest?: number | string | undefined
}

export const invalidOrder = ({ nearest, ...violation }: Objection): CTraderError =>
  new CTraderError({ reason: 'InvalidOrder', ...violation, ...(nearest !== undefined && { nearest }) })

export const violation = (objection: Objection): Either<CTraderError, never> => left(invalidOrder(objection))

/** What was found fine; throws what is wrong with it. */
export const orThrow = <T>(found: Checked<T>): T => {
  if (isLeft(found)) throw found.left
  return found.right
}
