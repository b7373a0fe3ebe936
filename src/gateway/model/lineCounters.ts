import type { OwnerReply } from '../bus/messages'

/** What was counted of a line to cTrader since its process began. Its parts count, and others look. */
export interface LineCounters {
  /** Times in which this process got the line. */
  takeovers: number
  /** Times in which it lost the line without having given it back. */
  losses: number
  /** Events of accounts that were sent to the edges. */
  events: number
  /** Prices and books that were sent to the edges. */
  prices: number
  /** Orders that did not leave, because another process has the line or the journal. */
  stoppedOrders: number
  /** Entries of journals that could not be written or read for an order. */
  failedWrites: number
  /** Requests of the edges, by how they were answered. */
  readonly requests: Record<OwnerReply['kind'], number>
}

export const createLineCounters = (): LineCounters => ({
  takeovers: 0,
  losses: 0,
  events: 0,
  prices: 0,
  stoppedOrders: 0,
  failedWrites: 0,
  requests: { done: 0, refused: 0, inDoubt: 0, notOpen: 0, notOwner: 0 },
})
