import type { AccountState, Draft } from './accountReducer'
import { keepIfEqual, keepEqualEntries } from '../../util/deepEqual'

/** What is known of an account on a link, and the last state of it that was known as a whole, here or on a link before. */
export interface Settled {
  readonly draft: Draft
  readonly state: AccountState | undefined
}

/** Whether all of it is known. */
export const isWhole = ({ trader, isReconciled }: Draft): boolean => trader !== undefined && isReconciled

/**
 * The state that a draft makes, once that is whole. What is as it was before is the same objects; the draft goes on with
 * them, so that the next event is compared in what it changes, and not in all there is.
 */
export const settled = (draft: Draft, before: AccountState | undefined): Settled => {
  if (!draft.trader || !draft.isReconciled) return { draft, state: before }
  const trader = keepIfEqual(before?.trader, draft.trader)
  const positions = keepEqualEntries(before?.positions, draft.positions.all)
  const orders = keepEqualEntries(before?.orders, draft.orders.all)
  const isKept = trader === before?.trader && positions === before.positions && orders === before.orders
  return {
    draft: {
      ...draft,
      trader,
      positions: { ...draft.positions, all: positions },
      orders: { ...draft.orders, all: orders },
    },
    state: isKept ? before : { trader, positions, orders },
  }
}
