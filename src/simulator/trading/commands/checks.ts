import {
  ProtoOAAccessRights,
  ProtoOAOrderTriggerMethod,
  ProtoOATradeSide,
  ProtoOATradingMode,
} from '../../../protocol/messages/enums'
import { roundPrice, toPrice, toWirePrice } from '../../../protocol/units'
import type { ListedSymbol } from '../../market/model/market'
import type { OrderRefusal } from '../../model/refusals'
import { sideSign } from '../state/money'
import type { Protections } from '../state/records'
import type { Terms } from '../state/terms'
import { pointSize } from '../state/watch'

/** The first objection of several checks, in their order. */
export const firstRefusal = (
  ...checks: readonly (() => OrderRefusal | false | undefined)[]
): OrderRefusal | undefined => {
  for (const check of checks) {
    const refusal = check()
    if (refusal) return refusal
  }
  return undefined
}

export const refusal = (errorCode: string, description: string): OrderRefusal => ({ errorCode, description })
export const invalid = (description: string): OrderRefusal => refusal('INVALID_REQUEST', description)

export const nothingToAmend = invalid('Nothing to amend.')
export const marketClosed = refusal('MARKET_CLOSED', 'Market is closed for the symbol')
export const symbolNotFound = (symbolId: number): OrderRefusal =>
  refusal('SYMBOL_NOT_FOUND', `Symbol ${symbolId} is not found`)
export const positionNotFound = (positionId: number): OrderRefusal => ({
  ...refusal('POSITION_NOT_FOUND', `Position not found with id ${positionId}`),
  orderId: 0,
  positionId: 0,
})
export const orderNotFound = (orderId: number): OrderRefusal => ({
  ...refusal('ORDER_NOT_FOUND', `Order not found with id ${orderId}`),
  orderId,
})

const members = (enumeration: Readonly<Record<string, number>>): ReadonlySet<number> =>
  new Set(Object.values(enumeration))

/** Whether a number is a member of an enum: the codec accepts any whole number. */
export const checkMember = (
  field: string,
  value: number | undefined,
  enumeration: Readonly<Record<string, number>>,
): OrderRefusal | false =>
  value !== undefined && !members(enumeration).has(value) && invalid(`Field ${field} has no value ${value}`)

export const checkLength = (field: string, text: string | undefined, longest: number): OrderRefusal | false =>
  text !== undefined &&
  text.length > longest &&
  invalid(`Field ${field} is longer than ${longest} characters`)

/** Whether the account may trade at all, and if the command opens something, whether it may open. */
export const checkRights = ({ accessRights }: Terms, opens: boolean): OrderRefusal | false =>
  (accessRights !== ProtoOAAccessRights.FULL_ACCESS &&
    !(accessRights === ProtoOAAccessRights.CLOSE_ONLY && !opens) &&
    refusal('TRADING_NOT_ALLOWED', 'Trading is not allowed for the account')) ||
  false

export const checkMode = ({ terms }: ListedSymbol, opens: boolean): OrderRefusal | false => {
  const mode = terms.tradingMode ?? ProtoOATradingMode.ENABLED
  if (mode === ProtoOATradingMode.ENABLED) return false
  if (mode === ProtoOATradingMode.CLOSE_ONLY_MODE)
    return opens && refusal('TRADING_DISABLED', 'Positions of the symbol can only be closed')
  return refusal('TRADING_DISABLED', 'Trading of the symbol is disabled')
}

const inUnits = (volume: number): string => (volume / 100).toFixed(2)

export const checkVolume = (
  volume: number,
  { terms: { minVolume, maxVolume, stepVolume } }: ListedSymbol,
): OrderRefusal | undefined => {
  const bad = (text: string): OrderRefusal =>
    refusal('TRADING_BAD_VOLUME', `Order volume = ${inUnits(volume)} is ${text}.`)
  if (volume < minVolume) return bad(`smaller than minimum allowed volume = ${inUnits(minVolume)}`)
  if (volume > maxVolume) return bad(`bigger than maximum allowed volume = ${inUnits(maxVolume)}`)
  if (volume % stepVolume !== 0) return bad(`not a multiple of volume step = ${inUnits(stepVolume)}`)
  return undefined
}

/** `what` is a price of the order or of its protection. */
export const checkPrice = (
  what: 'price' | 'protection',
  price: number | undefined,
  { terms: { digits } }: ListedSymbol,
): OrderRefusal | false => {
  if (price === undefined) return false
  if (price <= 0) return refusal('TRADING_BAD_PRICES', `Order ${what} = ${price} is not positive`)
  return (
    roundPrice(price, digits) !== price &&
    invalid(`Order ${what} = ${price} has more digits than symbol allows. Allowed ${digits} digits`)
  )
}

const checkDistance = (
  what: string,
  distance: number | undefined,
  symbol: ListedSymbol,
): OrderRefusal | false =>
  distance !== undefined &&
  (distance <= 0 || distance % pointSize(symbol) !== 0) &&
  invalid(`Relative ${what} has invalid precision`)

/** The protections in a request. */
export interface Guarding {
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly relativeStopLoss?: number
  readonly relativeTakeProfit?: number
  readonly guaranteedStopLoss?: boolean
  readonly trailingStopLoss?: boolean
  readonly stopTriggerMethod?: Protections['triggerMethod']
}

/** Whether the protections are well-formed. `checkSides` checks where they are. */
export const checkGuarding = (asked: Guarding, symbol: ListedSymbol): OrderRefusal | undefined =>
  firstRefusal(
    () => checkPrice('protection', asked.stopLoss, symbol),
    () => checkPrice('protection', asked.takeProfit, symbol),
    () => checkDistance('stop loss', asked.relativeStopLoss, symbol),
    () => checkDistance('take profit', asked.relativeTakeProfit, symbol),
    () =>
      ((asked.stopLoss !== undefined && asked.relativeStopLoss !== undefined) ||
        (asked.takeProfit !== undefined && asked.relativeTakeProfit !== undefined)) &&
      invalid('A protection is given both as a price and as a distance'),
    () => checkMember('stopTriggerMethod', asked.stopTriggerMethod, ProtoOAOrderTriggerMethod),
    () =>
      asked.guaranteedStopLoss === true &&
      symbol.terms.guaranteedStopLoss !== true &&
      invalid('Guaranteed stop loss is not supported by the symbol'),
  )

const onWire = (price: number | undefined): number | undefined =>
  price === undefined ? undefined : toWirePrice(price)

export const toProtections = (asked: Guarding): Protections => ({
  stopLoss: onWire(asked.stopLoss),
  takeProfit: onWire(asked.takeProfit),
  relativeStopLoss: asked.relativeStopLoss,
  relativeTakeProfit: asked.relativeTakeProfit,
  guaranteed: asked.guaranteedStopLoss ?? false,
  trailing: asked.trailingStopLoss ?? false,
  triggerMethod: asked.stopTriggerMethod,
})

/** A stop loss must be on the losing side of a price, a take profit on the winning side. In 1/100000. */
export const checkSides = (
  tradeSide: ProtoOATradeSide,
  { stopLoss, takeProfit }: Pick<Protections, 'stopLoss' | 'takeProfit'>,
  price: number,
): OrderRefusal | false => {
  const sign = sideSign(tradeSide)
  const side = tradeSide === ProtoOATradeSide.BUY ? ['below', 'above'] : ['above', 'below']
  if (stopLoss !== undefined && sign * (price - stopLoss) <= 0)
    return refusal('TRADING_BAD_STOPS', `Stop loss has to be ${String(side[0])} the price`)
  return (
    takeProfit !== undefined &&
    sign * (takeProfit - price) <= 0 &&
    refusal('TRADING_BAD_STOPS', `Take profit has to be ${String(side[1])} the price`)
  )
}

/** A protection of a position may be at the price by which it is judged, but not beyond it. In 1/100000. */
export const checkPositionSides = (
  tradeSide: ProtoOATradeSide,
  { stopLoss, takeProfit }: Pick<Protections, 'stopLoss' | 'takeProfit'>,
  price: number,
): OrderRefusal | false => {
  const sign = sideSign(tradeSide)
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  const [name, side] = isBuy ? ['BUY', 'BID'] : ['SELL', 'ASK']
  const bad = (what: string, wanted: number, relation: string): OrderRefusal => ({
    ...refusal(
      'TRADING_BAD_STOPS',
      `New ${what} for ${name} position should be ${relation} current ${side} price. ` +
        `current ${side}: ${toPrice(price)}, ${what}: ${toPrice(wanted)}`,
    ),
    orderId: 0,
    positionId: 0,
  })
  if (stopLoss !== undefined && sign * (price - stopLoss) < 0) return bad('SL', stopLoss, isBuy ? '<=' : '>=')
  return (
    takeProfit !== undefined && sign * (takeProfit - price) < 0 && bad('TP', takeProfit, isBuy ? '>=' : '<=')
  )
}

/** A distance below a price must be smaller than the price. In 1/100000. */
export const checkDepth = (
  tradeSide: ProtoOATradeSide,
  { relativeStopLoss, relativeTakeProfit }: Pick<Protections, 'relativeStopLoss' | 'relativeTakeProfit'>,
  price: number,
): OrderRefusal | false => {
  const [what, distance] =
    tradeSide === ProtoOATradeSide.BUY ? ['stop loss', relativeStopLoss] : ['take profit', relativeTakeProfit]
  return (
    distance !== undefined &&
    distance >= price &&
    refusal('TRADING_BAD_STOPS', `Relative ${what} is not smaller than the price`)
  )
}
