import { Do, apS, chain, map, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { ProtoOAAmendPositionSLTPReq, ProtoOAPosition } from '../../protocol/messages/positions'
import type { ChangeTerms } from './changeTerms'
import { flagsOf, given, protectionNames, sideOf } from '../model/changes'
import type { ProtectionChanges } from '../model/changes'
import type { Protection } from '../model/newOrder'
import { checkNames } from './rules/fields'
import { violation } from '../model/invalidOrder'
import type { Checked } from '../model/invalidOrder'
import { fromPoints, offsetOf, pointsOf, toPoints } from './rules/price'
import { stopLossThere } from './rules/protections'
import { isIn } from './rules/unit'

export type AmendProtectionFrame = Omit<ProtoOAAmendPositionSLTPReq, 'ctidTraderAccountId'>

/** A protection of a position as a price. A distance counts from the entry; a negative one is on the other side. */
const legOf = (
  leg: 'stopLoss' | 'takeProfit',
  { price, tradeData, ...position }: ProtoOAPosition,
  change: Protection | null | undefined,
  terms: ChangeTerms,
): Checked<number | undefined> => {
  if (change === undefined) return right(position[leg])
  if (change === null) return right(undefined)
  if (isIn(change, 'price'))
    return pipe(
      pointsOf(leg, change, terms),
      map(points => fromPoints(points, terms)),
    )
  if (price === undefined || price <= 0)
    return violation({
      rule: 'entry',
      field: leg,
      value: change.pips,
      detail: 'pips is from the entry of a position that has none',
    })
  const isBelow = (leg === 'stopLoss') === (sideOf(tradeData.tradeSide) === 'buy')
  const entry = toPoints(price, terms)
  return pipe(
    offsetOf(leg, change, terms),
    map(points => (isBelow ? entry - points : entry + points)),
    chain(points =>
      points > 0
        ? right(fromPoints(points, terms))
        : violation({
            rule: 'positive',
            field: leg,
            value: change.pips,
            detail: 'pips would bring the price to zero or below',
          }),
    ),
  )
}

/**
 * The request that sets the protections of a position, or the first rule it breaks. It repeats what stays, because
 * the server removes what is left out. Only the server knows the market price, so it checks side and distance.
 */
export const amendProtectionFrame = (
  position: ProtoOAPosition,
  changes: ProtectionChanges,
  terms: ChangeTerms,
): Checked<AmendProtectionFrame> => {
  const { positionId } = position
  const hasStopLoss =
    changes.stopLoss === undefined ? position.stopLoss !== undefined : changes.stopLoss !== null
  const flags = flagsOf(changes, position, hasStopLoss)
  return pipe(
    Do,
    apS('names', checkNames(changes, protectionNames, 'a change of protections')),
    apS('flags', stopLossThere(hasStopLoss, changes, terms)),
    apS('stopLoss', legOf('stopLoss', position, changes.stopLoss, terms)),
    apS('takeProfit', legOf('takeProfit', position, changes.takeProfit, terms)),
    map(({ stopLoss, takeProfit }) => ({
      positionId,
      ...given({
        stopLoss,
        takeProfit,
        ...flags,
        stopLossTriggerMethod:
          changes.stopTriggerMethod ?? (hasStopLoss ? position.stopLossTriggerMethod : undefined),
      }),
    })),
  )
}
