import { ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import { omitUndefined } from '../../util/omitUndefined'
import { toSide } from '../../protocol/side'
import { stopLossFlags, orderChangeNames } from '../model/changes'
import type { OrderChanges } from '../model/changes'
import { invalidOrder } from '../model/invalidOrder'
import type { ChangeTerms } from './changeTerms'
import { checkExpires } from './rules/expires'
import { checkNames } from './rules/fields'
import { fromPoints, checkPricePoints, checkSlippage, toPoints } from './rules/price'
import { checkStopLossFlags, checkProtections } from './rules/protections'
import type { Protections } from './rules/protections'
import { checkVolume } from './rules/volume'

export type AmendOrderFrame = Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId'>

/** The protections of a pending order that stay, as distances if possible. */
const keptProtections = (
  { stopLoss, takeProfit, relativeStopLoss, relativeTakeProfit }: ProtoOAOrder,
  changes: OrderChanges,
): Protections => ({
  ...(changes.stopLoss === undefined &&
    omitUndefined(relativeStopLoss === undefined ? { stopLoss } : { relativeStopLoss })),
  ...(changes.takeProfit === undefined &&
    omitUndefined(relativeTakeProfit === undefined ? { takeProfit } : { relativeTakeProfit })),
})

/** The price that an order waits for, in points. */
const currentEntry = ({ orderId, limitPrice, stopPrice }: ProtoOAOrder, terms: ChangeTerms): number => {
  const price = stopPrice ?? limitPrice
  if (price !== undefined) return toPoints(price, terms)
  throw invalidOrder({
    rule: 'entry',
    field: 'orderId',
    value: orderId,
    detail: 'is not a pending order',
  })
}

/**
 * The request that changes a pending order. Throws `InvalidOrder` with the first rule it breaks. It repeats what
 * stays, because the server drops protections that are left out. `now` is our clock, if it can be right.
 */
export const amendOrderFrame = (
  order: ProtoOAOrder,
  changes: OrderChanges,
  terms: ChangeTerms,
  now?: number,
): AmendOrderFrame => {
  const { orderId, orderType, tradeData } = order
  checkNames(changes, orderChangeNames, 'a change of an order')
  const volume = changes.volume === undefined ? tradeData.volume : checkVolume(changes.volume, terms)
  const entry =
    changes.price === undefined ? currentEntry(order, terms) : checkPricePoints('price', changes.price, terms)
  const slippageInPoints =
    changes.slippage === undefined ? order.slippageInPoints : checkSlippage(changes.slippage, terms)
  checkExpires(changes.expires, now)

  const kept = keptProtections(order, changes)
  const hasStopLoss =
    changes.stopLoss === undefined
      ? (kept.stopLoss ?? kept.relativeStopLoss) !== undefined
      : changes.stopLoss !== null
  const current = { ...order, guaranteedStopLoss: tradeData.guaranteedStopLoss }
  const flags = stopLossFlags(changes, current, hasStopLoss)
  checkStopLossFlags(hasStopLoss, changes, terms)
  const protections = checkProtections(
    {
      side: toSide(tradeData.tradeSide),
      entry,
      stopLoss: changes.stopLoss ?? undefined,
      takeProfit: changes.takeProfit ?? undefined,
      guaranteedStopLoss: flags.guaranteedStopLoss,
    },
    terms,
  )

  const price = fromPoints(entry, terms)
  return {
    orderId,
    volume,
    ...(orderType === ProtoOAOrderType.LIMIT ? { limitPrice: price } : { stopPrice: price }),
    ...kept,
    ...protections,
    ...omitUndefined({
      expirationTimestamp: changes.expires ?? order.expirationTimestamp,
      slippageInPoints,
      ...flags,
      stopTriggerMethod: changes.stopTriggerMethod ?? order.stopTriggerMethod,
    }),
  }
}
