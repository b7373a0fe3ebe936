import { invalidOption } from '../errors'
import { memoryOf } from './journal'
import type { Journal } from './journal'

/** Settings of `placeOrder` and of all that changes or ends an order. */
export interface OrderOptions {
  /** Where the order is written down before it leaves. Default: the account's own, which lives as long as the process. */
  readonly journal?: Journal
  /**
   * What becomes of an order that has not left when there is no line, or it is lost. Default: `NotSent`, at once, or
   * when the attempt to connect has failed that is under way; with `'send'` it waits, and leaves on the next line.
   */
  readonly whenReconnected?: 'send'
  /**
   * How long what has left may be on its way, in ms: an order that the server does not have is looked for again after
   * as long, before it is said to be `NotSent`. Default 5 000.
   */
  readonly grace?: number
}

/** The options with the defaults for those not given. */
export interface OrderSettings {
  readonly journal: Journal
  readonly sendsLater: boolean
  readonly grace: number
}

/** Throws `InvalidOption`. */
export const orderSettings = (
  account: object,
  { journal = memoryOf(account), whenReconnected, grace = 5_000 }: OrderOptions,
): OrderSettings => {
  if (!(grace >= 0 && grace < Infinity)) throw invalidOption('grace', 'must be a number of ms of at least 0')
  return { journal, sendsLater: whenReconnected === 'send', grace }
}
