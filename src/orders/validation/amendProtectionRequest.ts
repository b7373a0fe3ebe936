import type { ProtoOAAmendPositionSLTPReq, ProtoOAPosition } from '../../protocol/messages/positions'
import { omitUndefined } from '../../util/omitUndefined'
import { toSide } from '../../protocol/side'
import { stopLossFlags, protectionNames } from '../model/changes'
import type { ProtectionChanges } from '../model/changes'
import { invalidOrder } from '../model/invalidOrder'
import type { Protection } from '../model/newOrder'
import type { ChangeTerms } from './changeTerms'
import { checkNames } from './rules/fields'
import { fromPoints, checkOffset, checkPricePoints, toPoints } from './rules/price'
import { checkStopLossFlags, isBelow } from './rules/protections'
import type { Leg } from './rules/protections'
import { hasUnit } from './rules/unit'

export type AmendProtectionFrame = Omit<ProtoOAAmendPositionSLTPReq, 'ctidTraderAccountId'>

/** A protection of a position as a price. A distance counts from the entry; a negative one is on the other side. */
const legOf = (
  leg: Leg,
  { price, tradeData, ...position }: ProtoOAPosition,
  change: Protection | null | undefined,
  terms: ChangeTerms,
): number | undefined => {
  if (change === undefined) return position[leg]
  if (change === null) return undefined
  if (hasUnit(change, 'price')) return fromPoints(checkPricePoints(leg, change, terms), terms)
  const broken = { field: leg, value: change.pips }
  if (price === undefined || price <= 0)
    throw invalidOrder({
      ...broken,
      rule: 'entry',
      detail: 'pips is from the entry of a position that has none',
    })
  const offset = checkOffset(leg, change, terms)
  const points = toPoints(price, terms) + (isBelow(leg, toSide(tradeData.tradeSide)) ? -offset : offset)
  if (points > 0) return fromPoints(points, terms)
  throw invalidOrder({
    ...broken,
    rule: 'positive',
    detail: 'pips would bring the price to zero or below',
  })
}

/**
 * The request that sets the protections of a position. Throws `InvalidOrder` with the first rule it breaks. It
 * repeats what stays, because the server removes what is left out. Only the server knows the market price, so it
 * checks side and distance.
 */
export const amendProtectionFrame = (
  position: ProtoOAPosition,
  changes: ProtectionChanges,
  terms: ChangeTerms,
): AmendProtectionFrame => {
  checkNames(changes, protectionNames, 'a change of protections')
  const hasStopLoss =
    changes.stopLoss === undefined ? position.stopLoss !== undefined : changes.stopLoss !== null
  checkStopLossFlags(hasStopLoss, changes, terms)
  return {
    positionId: position.positionId,
    ...omitUndefined({
      stopLoss: legOf('stopLoss', position, changes.stopLoss, terms),
      takeProfit: legOf('takeProfit', position, changes.takeProfit, terms),
      ...stopLossFlags(changes, position, hasStopLoss),
      stopLossTriggerMethod:
        changes.stopTriggerMethod ?? (hasStopLoss ? position.stopLossTriggerMethod : undefined),
    }),
  }
}
