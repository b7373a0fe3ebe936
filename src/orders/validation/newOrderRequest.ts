import { Do, apS, bind, isLeft, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { ProtoOAOrderType, ProtoOATimeInForce, ProtoOATradeSide } from '../../protocol/messages/enums'
import type { ProtoOANewOrderReq } from '../../protocol/messages/orders'
import type { SymbolTerms } from '../../streams/symbols/symbols'
import type { NewOrder, Side } from '../model/newOrder'
import { checkNames } from './rules/fields'
import { violation } from '../model/invalidOrder'
import type { Checked } from '../model/invalidOrder'
import { fromPoints, pointsOf, slippageOf } from './rules/price'
import { protectionsOf } from './rules/protections'
import { textsOf } from './rules/texts'
import { volumeOf } from './rules/volume'
import { defined } from '../../util/defined'

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
const wordOf = <K extends string, T>(
  field: 'side' | 'type',
  word: K,
  words: Readonly<Record<K, T>>,
): Checked<T> =>
  Object.hasOwn(words, word)
    ? right(words[word])
    : violation({
        rule: field,
        field,
        value: word,
        detail: `must be one of ${Object.keys(words).join(', ')}`,
      })

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

const pricesOf = (order: NewOrder, terms: SymbolTerms): Checked<Priced> => {
  if (order.type === 'market') return right({ fields: {} })
  const isRange = order.type === 'marketRange'
  const points = isRange
    ? pointsOf('basePrice', order.basePrice, terms)
    : pointsOf('price', order.price, terms)
  if (isLeft(points)) return points
  const price = fromPoints(points.right, terms)
  const slippage =
    order.type === 'limit' || order.type === 'stop'
      ? right({})
      : pipe(
          slippageOf(order.slippage, terms),
          map(slippageInPoints => ({ slippageInPoints })),
        )
  return pipe(
    slippage,
    map((range): Priced => {
      if (isRange) return { fields: { baseSlippagePrice: price, ...range } }
      const fields = order.type === 'limit' ? { limitPrice: price } : { stopPrice: price, ...range }
      return { fields, entry: points.right }
    }),
  )
}

/** How long a pending order lives. An order that is executed at once has no such field. */
const lifeOf = (order: NewOrder): Partial<NewOrderFrame> => {
  if (order.type === 'market' || order.type === 'marketRange') return {}
  return order.expires === undefined
    ? { timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL }
    : { timeInForce: ProtoOATimeInForce.GOOD_TILL_DATE, expirationTimestamp: order.expires }
}

/**
 * The `ProtoOANewOrderReq` of an order, or the first thing that is wrong with it by its symbol's terms. Does not
 * check the account or the time.
 */
export const newOrderFrame = (order: NewOrder, terms: SymbolTerms): Checked<NewOrderFrame> =>
  pipe(
    Do,
    apS('orderType', wordOf('type', order.type, orderTypes)),
    bind('names', () => checkNames(order, namesOf[order.type], `an order of type ${order.type}`)),
    apS('tradeSide', wordOf('side', order.side, tradeSides)),
    bind('volume', () => volumeOf(order.volume, terms)),
    bind('prices', () => pricesOf(order, terms)),
    bind('protections', ({ prices: { entry } }) => protectionsOf({ ...order, ...defined({ entry }) }, terms)),
    apS('texts', textsOf(order)),
    map(({ orderType, tradeSide, volume, prices, protections, texts }) => {
      const { positionId, trailingStopLoss, guaranteedStopLoss, stopTriggerMethod } = order
      return {
        symbolId: terms.symbolId,
        orderType,
        tradeSide,
        volume,
        ...prices.fields,
        ...lifeOf(order),
        ...protections,
        ...texts,
        ...defined({ positionId, trailingStopLoss, guaranteedStopLoss, stopTriggerMethod }),
      }
    }),
  )
