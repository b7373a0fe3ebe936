import type { ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOAExecutionEvent } from '../../protocol/messages/orders'
import type { Draft } from './accountReducer'

const versionOf = (draft: Draft): number => draft.balance?.balanceVersion ?? Infinity

/** Whether an event before this one was missed. Each change of the balance increases its version by one. */
export const isBehind = (
  draft: Draft,
  { deal, depositWithdraw, position }: ProtoOAExecutionEvent,
): boolean => {
  const { balanceVersion = -Infinity } = deal?.closePositionDetail ?? depositWithdraw ?? {}
  // A filled deal changes its position. Without the position in the event, only the list has the change.
  return balanceVersion > versionOf(draft) + 1 || (deal !== undefined && deal.filledVolume > 0 && !position)
}

/** Whether an answer shows a change of the balance that no event reported. */
export const isBehindTrader = (draft: Draft, { balanceVersion = -Infinity }: ProtoOATrader): boolean =>
  balanceVersion > versionOf(draft)
