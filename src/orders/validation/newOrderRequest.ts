import { ProtoOAOrderType, ProtoOATimeInForce, ProtoOATradeSide } from '../../protocol/messages/enums'
import type { ProtoOANewOrderReq } from '../../protocol/messages/orders'
import type { SymbolDetails } from '../../streams/symbols/symbols'
import type { Side } from '../../protocol/side'
import type { NewOrder } from '../model/newOrder'
import { checkNames } from './rules/fields'
import { invalidOrder } from '../model/invalidOrder'
import { fromPoints, checkPricePoints, checkSlippage } from './rules/price'
import { checkStopLossFlags, checkProtections } from './rules/protections'
import { checkTexts } from './rules/texts'
import { checkVolume } from './rules/volume'
import { omitUndefined } from '../../util/omitUndefined'

/** A new order for the wire, without the account. */
export type NewOrderFrame = Omit<ProtoOANewOrderReq, 'ctidTraderAccountId'>

const orderTypes: Readonly<Record<NewOrder['type'], ProtoOAOrderType>> = {
  market: ProtoOAOrderType.MARKET,
  marketRange: ProtoOAOrderType.MARKET_RANGE,
  limit: ProtoOAOrderType.LIMIT,
  stop: ProtoOAOrderType.STOP,
  stopLimit: ProtoOAOrderType.STOP_LIMIT,
}

const tradeSides: Readonly<Record<Side, ProtoOATradeSide>> = {
  buy: ProtoOATradeSide.BUY,
  sell: ProtoOATradeSide.SELL,
}

/** An unknown word must not fall through to the other side; callers may be untyped. */
const wordOf = <K extends string, T>(field: 'side' | 'type', word: K, words: Readonly<Record<K, T>>): T => {
  if (Object.hasOwn(words, word)) return words[word]
  throw invalidOrder({
    rule: field,
    field,
    value: word,
    detail: `must be one of ${Object.keys(words).join(', ')}`,
  })
}

const termNames = {
  symbol: true,
  side: true,
  type: true,
  volume: true,
  stopLoss: true,
  takeProfit: true,
  trailingStopLoss: true,
  guaranteedStopLoss: true,
  stopTriggerMethod: true,
  positionId: true,
  label: true,
  comment: true,
  clientOrderId: true,
} as const
const pendingNames = { ...termNames, price: true, expires: true } as const

const namesOf: { readonly [T in NewOrder['type']]: Record<keyof Extract<NewOrder, { type: T }>, true> } = {
  market: termNames,
  marketRange: { ...termNames, basePrice: true, slippage: true },
  limit: pendingNames,
  stop: pendingNames,
  stopLimit: { ...pendingNames, slippage: true },
}

/** The prices of an order, and its entry price if that is certain, in points. */
interface Priced {
  readonly fields: Partial<NewOrderFrame>
  readonly entry?: number
}

const pricesOf = (order: NewOrder, terms: SymbolDetails): Priced => {
  switch (order.type) {
    case 'market':
      return { fields: {} }
    case 'marketRange': {
      const baseSlippagePrice = fromPoints(checkPricePoints('basePrice', order.basePrice, terms), terms)
      return { fields: { baseSlippagePrice, slippageInPoints: checkSlippage(order.slippage, terms) } }
    }
    default: {
      const entry = checkPricePoints('price', order.price, terms)
      const price = fromPoints(entry, terms)
      if (order.type === 'limit') return { entry, fields: { limitPrice: price } }
      if (order.type === 'stop') return { entry, fields: { stopPrice: price } }
      return { entry, fields: { stopPrice: price, slippageInPoints: checkSlippage(order.slippage, terms) } }
    }
  }
}

/** How long a pending order lives. An order that is executed at once has no such field. */
const lifeOf = (order: NewOrder): Partial<NewOrderFrame> => {
  if (order.type === 'market' || order.type === 'marketRange') return {}
  return order.expires === undefined
    ? { timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL }
    : { timeInForce: ProtoOATimeInForce.GOOD_TILL_DATE, expirationTimestamp: order.expires }
}

/**
 * The `ProtoOANewOrderReq` of an order. Throws `InvalidOrder` with the first thing that is wrong by its symbol's
 * terms. Does not check the account or the time.
 */
export const newOrderFrame = (order: NewOrder, terms: SymbolDetails): NewOrderFrame => {
  const { positionId, trailingStopLoss, guaranteedStopLoss, stopTriggerMethod } = order
  const orderType = wordOf('type', order.type, orderTypes)
  checkNames(order, namesOf[order.type], `an order of type ${order.type}`)
  const tradeSide = wordOf('side', order.side, tradeSides)
  const volume = checkVolume(order.volume, terms)
  const { fields, entry } = pricesOf(order, terms)
  checkStopLossFlags(order.stopLoss !== undefined, order, terms)
  return {
    symbolId: terms.symbolId,
    orderType,
    tradeSide,
    volume,
    ...fields,
    ...lifeOf(order),
    ...checkProtections({ ...order, ...omitUndefined({ entry }) }, terms),
    ...checkTexts(order),
    ...omitUndefined({ positionId, trailingStopLoss, guaranteedStopLoss, stopTriggerMethod }),
  }
}
