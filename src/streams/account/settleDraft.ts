import type { AccountState, Draft } from './accountReducer'
import { keepIfEqual, keepEqualEntries } from '../../util/deepEqual'

/** What is known of an account on a link, and its last complete state, from this link or one before. */
export interface Settled {
  readonly draft: Draft
  readonly state: AccountState | undefined
}

/** Whether all of the account is known. */
export const isWhole = ({ trader, isReconciled }: Draft): boolean => trader !== undefined && isReconciled

/**
 * The state of a complete draft. Parts that did not change keep the same objects. The draft keeps these objects
 * too, so the next event only compares what it changes.
 */
export const settleDraft = (draft: Draft, before: AccountState | undefined): Settled => {
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
