import { Do, apS, bind, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { ProtoOAOrderType } from '../../protocol/messages/enums'
import type { ProtoOAAmendOrderReq, ProtoOAOrder } from '../../protocol/messages/orders'
import type { ChangeTerms } from './changeTerms'
import { flagsOf, given, orderChangeNames, sideOf } from '../model/changes'
import type { OrderChanges } from '../model/changes'
import { checkExpires } from './rules/expires'
import { checkNames } from './rules/fields'
import { violation } from '../model/invalidOrder'
import type { Checked } from '../model/invalidOrder'
import { fromPoints, pointsOf, slippageOf, toPoints } from './rules/price'
import { protectionsOf, stopLossThere } from './rules/protections'
import type { Protections } from './rules/protections'
import { volumeOf } from './rules/volume'

export type AmendOrderFrame = Omit<ProtoOAAmendOrderReq, 'ctidTraderAccountId'>

/** The current protections of a pending order, as distances if possible. */
const currentProtections = ({
  stopLoss,
  takeProfit,
  relativeStopLoss,
  relativeTakeProfit,
}: Protections): { readonly stop: Protections; readonly profit: Protections } => ({
  stop: relativeStopLoss === undefined ? given({ stopLoss }) : { relativeStopLoss },
  profit: relativeTakeProfit === undefined ? given({ takeProfit }) : { relativeTakeProfit },
})

/** The price that an order waits for, in points. */
const currentEntry = (
  { orderId, limitPrice, stopPrice }: ProtoOAOrder,
  terms: ChangeTerms,
): Checked<number> => {
  const price = stopPrice ?? limitPrice
  return price === undefined
    ? violation({
        rule: 'entry',
        field: 'orderId',
        value: orderId,
        detail: 'is not a pending order',
      })
    : right(toPoints(price, terms))
}

/**
 * The request that changes a pending order, or the first rule it breaks. It repeats what stays, because the server
 * drops protections that are left out. `now` is our clock, if it can be right.
 */
export const amendOrderFrame = (
  order: ProtoOAOrder,
  changes: OrderChanges,
  terms: ChangeTerms,
  now?: number,
): Checked<AmendOrderFrame> => {
  const { orderId, orderType, tradeData } = order
  const isLimit = orderType === ProtoOAOrderType.LIMIT
  const current = currentProtections(order)
  const stop = changes.stopLoss === undefined ? current.stop : {}
  const profit = changes.takeProfit === undefined ? current.profit : {}
  const hasStopLoss =
    changes.stopLoss === undefined ? Object.keys(current.stop).length > 0 : changes.stopLoss !== null
  const flags = flagsOf(
    changes,
    given({ trailingStopLoss: order.trailingStopLoss, guaranteedStopLoss: tradeData.guaranteedStopLoss }),
    hasStopLoss,
  )
  return pipe(
    Do,
    apS('names', checkNames(changes, orderChangeNames, 'a change of an order')),
    apS('volume', changes.volume === undefined ? right(tradeData.volume) : volumeOf(changes.volume, terms)),
    apS(
      'entry',
      changes.price === undefined ? currentEntry(order, terms) : pointsOf('price', changes.price, terms),
    ),
    apS(
      'slippageInPoints',
      changes.slippage === undefined ? right(order.slippageInPoints) : slippageOf(changes.slippage, terms),
    ),
    apS('expires', checkExpires(changes.expires, now)),
    apS('flags', stopLossThere(hasStopLoss, changes, terms)),
    bind('protections', ({ entry }) =>
      protectionsOf(
        {
          side: sideOf(tradeData.tradeSide),
          entry,
          stopLoss: changes.stopLoss ?? undefined,
          takeProfit: changes.takeProfit ?? undefined,
          guaranteedStopLoss: flags.guaranteedStopLoss,
        },
        terms,
      ),
    ),
    map(({ volume, entry, slippageInPoints, protections }) => {
      const price = fromPoints(entry, terms)
      return {
        orderId,
        volume,
        ...(isLimit ? { limitPrice: price } : { stopPrice: price }),
        ...stop,
        ...profit,
        ...protections,
        ...given({
          expirationTimestamp: changes.expires ?? order.expirationTimestamp,
          slippageInPoints,
          ...flags,
          stopTriggerMethod: changes.stopTriggerMethod ?? order.stopTriggerMethod,
        }),
      }
    }),
  )
}
