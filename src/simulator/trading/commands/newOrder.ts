import { ProtoOAOrderType, ProtoOATimeInForce, ProtoOATradeSide } from '../../../protocol/messages/enums'
import type { ProtoOANewOrderReq } from '../../../protocol/messages/orders'
import { toWirePrice } from '../../../protocol/units'
import type { ListedSymbol } from '../../market/model/market'
import type { OrderRefusal } from '../../model/refusals'
import {
  checkDepth,
  checkGuarding,
  checkLength,
  checkMember,
  checkMode,
  checkPrice,
  checkRights,
  checkSides,
  checkVolume,
  firstRefusal,
  invalid,
  marketClosed,
  positionNotFound,
  toProtections,
  refusal,
} from './checks'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { fillPrice } from '../accounting/equity'
import { isNetted, nettedPosition } from '../execution/positions'
import type { Position } from '../state/records'

const LONGEST = { comment: 512, label: 100, clientOrderId: 50 }

const { MARKET, LIMIT, STOP, STOP_LIMIT, MARKET_RANGE, STOP_LOSS_TAKE_PROFIT } = ProtoOAOrderType

const needsLimit = (type: number): boolean => type === LIMIT
const needsStop = (type: number): boolean => type === STOP || type === STOP_LIMIT
const needsRange = (type: number): boolean => type === MARKET_RANGE || type === STOP_LIMIT
/** Whether it is executed at the market price, so that absolute protections could be on the wrong side. */
const atMarket = (type: number): boolean => type === MARKET || type === MARKET_RANGE

/** How long an order lives. An order that is executed at once does not wait. */
export const toTimeInForce = ({
  orderType,
  timeInForce,
  expirationTimestamp,
}: ProtoOANewOrderReq): ProtoOATimeInForce => {
  if (!atMarket(orderType))
    return (
      timeInForce ??
      (expirationTimestamp === undefined
        ? ProtoOATimeInForce.GOOD_TILL_CANCEL
        : ProtoOATimeInForce.GOOD_TILL_DATE)
    )
  return timeInForce === ProtoOATimeInForce.FILL_OR_KILL || timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN
    ? timeInForce
    : ProtoOATimeInForce.IMMEDIATE_OR_CANCEL
}

const missing = (field: string): OrderRefusal => invalid(`Field ${field} is required for the order type`)

export const checkExpiry = (expirationTimestamp: number | undefined, at: number): OrderRefusal | false =>
  expirationTimestamp !== undefined &&
  expirationTimestamp <= at &&
  refusal('TRADING_BAD_EXPIRATION_DATE', 'Expiration date is in the past')

/** A stop order must be ahead of the market: a buy above the ask, a sell below the bid. */
export const checkStop = (
  account: ExchangeAccount,
  { orderType, tradeSide, symbolId }: Pick<ProtoOANewOrderReq, 'orderType' | 'tradeSide' | 'symbolId'>,
  stopPrice: number | undefined,
  at: number,
): OrderRefusal | false => {
  if (!needsStop(orderType) || stopPrice === undefined) return false
  const { bid, ask } = account.market.quoteAt(symbolId, at)
  const isBuy = tradeSide === ProtoOATradeSide.BUY
  return (
    (isBuy ? stopPrice <= ask : stopPrice >= bid) &&
    refusal('TRADING_BAD_PRICES', `Stop price has to be ${isBuy ? 'above the ask' : 'below the bid'}`)
  )
}

/** The position in a new order, or on a netted account that of the symbol. */
export const findJoinedPosition = (
  account: ExchangeAccount,
  { positionId, symbolId }: Pick<ProtoOANewOrderReq, 'positionId' | 'symbolId'>,
): Position | undefined => {
  if (positionId !== undefined) return account.book.positions.get(positionId)
  return isNetted(account) ? nettedPosition(account, symbolId) : undefined
}

const checkJoined = (account: ExchangeAccount, asked: ProtoOANewOrderReq): OrderRefusal | false => {
  if (asked.positionId === undefined) return false
  const position = findJoinedPosition(account, asked)
  if (position?.state !== 'open' || position.symbolId !== asked.symbolId)
    return positionNotFound(asked.positionId)
  return (
    position.tradeSide !== asked.tradeSide &&
    asked.volume > position.volume &&
    refusal('TRADING_BAD_VOLUME', 'Order volume is bigger than the volume of the position.')
  )
}

const checkForm = (asked: ProtoOANewOrderReq): OrderRefusal | undefined => {
  const { orderType, limitPrice, stopPrice, slippageInPoints, baseSlippagePrice } = asked
  return firstRefusal(
    () => checkMember('orderType', orderType, ProtoOAOrderType),
    () => checkMember('tradeSide', asked.tradeSide, ProtoOATradeSide),
    () => checkMember('timeInForce', asked.timeInForce, ProtoOATimeInForce),
    () =>
      orderType === STOP_LOSS_TAKE_PROFIT &&
      invalid('Orders of type STOP_LOSS_TAKE_PROFIT are made by the server'),
    () => checkLength('comment', asked.comment, LONGEST.comment),
    () => checkLength('label', asked.label, LONGEST.label),
    () => checkLength('clientOrderId', asked.clientOrderId, LONGEST.clientOrderId),
    () => needsLimit(orderType) && limitPrice === undefined && missing('limitPrice'),
    () => needsStop(orderType) && stopPrice === undefined && missing('stopPrice'),
    () => needsRange(orderType) && slippageInPoints === undefined && missing('slippageInPoints'),
    () => slippageInPoints !== undefined && slippageInPoints < 0 && invalid('slippageInPoints is negative'),
    () => orderType === MARKET_RANGE && baseSlippagePrice === undefined && missing('baseSlippagePrice'),
    () =>
      asked.timeInForce === ProtoOATimeInForce.GOOD_TILL_DATE &&
      !atMarket(orderType) &&
      asked.expirationTimestamp === undefined &&
      missing('expirationTimestamp'),
    () =>
      asked.timeInForce === ProtoOATimeInForce.MARKET_ON_OPEN &&
      orderType !== MARKET &&
      invalid('MARKET_ON_OPEN is for orders of type MARKET'),
  )
}

/** The refusal of a new order, checked in the order of the server. */
export const checkNewOrder = (
  account: ExchangeAccount,
  asked: ProtoOANewOrderReq,
  symbol: ListedSymbol,
  at: number,
): OrderRefusal | undefined => {
  const { orderType, tradeSide, limitPrice, stopPrice } = asked
  const joined = findJoinedPosition(account, asked)
  const opens = joined?.state !== 'open' || joined.tradeSide === tradeSide
  const entry = needsStop(orderType) ? stopPrice : limitPrice
  const protections = toProtections(asked)
  return firstRefusal(
    () => checkForm(asked),
    () => checkRights(account.book.terms, opens),
    () => checkMode(symbol, opens),
    () =>
      opens &&
      tradeSide === ProtoOATradeSide.SELL &&
      symbol.terms.enableShortSelling === false &&
      refusal('SHORT_SELLING_NOT_ALLOWED', 'Short selling is not allowed for the symbol'),
    () => checkVolume(asked.volume, symbol),
    () => checkPrice('price', needsLimit(orderType) ? limitPrice : undefined, symbol),
    () => checkPrice('price', needsStop(orderType) ? stopPrice : undefined, symbol),
    () => checkPrice('price', orderType === MARKET_RANGE ? asked.baseSlippagePrice : undefined, symbol),
    () => !atMarket(orderType) && checkExpiry(asked.expirationTimestamp, at),
    () =>
      atMarket(orderType) &&
      (asked.stopLoss !== undefined || asked.takeProfit !== undefined) &&
      invalid('SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]'),
    () => checkGuarding(asked, symbol),
    () => entry !== undefined && checkSides(tradeSide, protections, toWirePrice(entry)),
    () =>
      checkDepth(
        tradeSide,
        protections,
        atMarket(orderType) || entry === undefined
          ? fillPrice(tradeSide, account.market.quoteAt(asked.symbolId, at))
          : toWirePrice(entry),
      ),
    () => checkJoined(account, asked),
    () =>
      asked.timeInForce !== ProtoOATimeInForce.MARKET_ON_OPEN &&
      !account.market.isOpen(asked.symbolId, at) &&
      marketClosed,
    () => checkStop(account, asked, stopPrice === undefined ? undefined : toWirePrice(stopPrice), at),
  )
}
