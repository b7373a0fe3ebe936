import { PayloadType } from '../../../protocol/payloadType'
import { announceEvent, getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { legMargins, totalMargin } from './margin'
import type { Leg } from './margin'
import type { Position } from '../state/records'

export const leverageTiers = (
  account: ExchangeAccount,
  symbolId: number,
): Parameters<typeof legMargins>[1] => {
  const { leverageId } = getSymbol(account, symbolId).terms
  return account.market.catalogue.leverages.find(leverage => leverage.leverageId === leverageId)?.tiers ?? []
}

const ofSymbol = ({ book }: ExchangeAccount, symbolId: number): Position[] =>
  [...book.open].filter(position => position.symbolId === symbolId)

/** How much more margin a symbol takes with another leg, or with a position that has grown to that leg. */
export const extraMargin = (
  account: ExchangeAccount,
  symbolId: number,
  leg: Leg,
  grown?: Position,
): number => {
  const { terms } = account.book
  const positions = ofSymbol(account, symbolId)
  const legs: Leg[] = positions.map(position => (position === grown ? leg : position))
  if (!grown) legs.push(leg)
  const taken = positions.map(position => position.usedMargin)
  return (
    totalMargin(terms, legs, legMargins(terms, leverageTiers(account, symbolId), legs)) -
    totalMargin(terms, positions, taken)
  )
}

/** Calculates the margins of a symbol again. The returned function reports all changed ones except one. */
export const remargin = (account: ExchangeAccount, symbolId: number): ((except?: Position) => void) => {
  const positions = ofSymbol(account, symbolId)
  const margins = legMargins(account.book.terms, leverageTiers(account, symbolId), positions)
  const changed = positions.filter((position, index) => {
    const margin = margins[index] ?? 0
    if (margin === position.usedMargin) return false
    position.usedMargin = margin
    return true
  })
  account.book.marginDirty = true
  return except => {
    const { accountId, moneyDigits } = account.book.terms
    for (const { positionId, usedMargin } of changed.filter(position => position !== except))
      announceEvent(account, PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT, {
        ctidTraderAccountId: accountId,
        positionId,
        usedMargin,
        moneyDigits,
      })
  }
}
