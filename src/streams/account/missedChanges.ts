import type { ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOAExecutionEvent } from '../../protocol/messages/orders'
import type { Draft } from './accountReducer'

const versionOf = (draft: Draft): number => draft.balance?.balanceVersion ?? Infinity

/** Whether an event shows that something before it was missed: each change of the balance is the next version of it. */
export const isBehind = (
  draft: Draft,
  { deal, depositWithdraw, position }: ProtoOAExecutionEvent,
): boolean => {
  const { balanceVersion = -Infinity } = deal?.closePositionDetail ?? depositWithdraw ?? {}
  // What a deal made of its position the event tells; where it does not, the list has to.
  return balanceVersion > versionOf(draft) + 1 || (deal !== undefined && deal.filledVolume > 0 && !position)
}

/** Whether an answer shows so: the balance was changed, and no event told. */
export const isBehindTrader = (draft: Draft, { balanceVersion = -Infinity }: ProtoOATrader): boolean =>
  balanceVersion > versionOf(draft)
