import { invalidOption } from '../errors'
import { checkDuration, checkNames } from '../options'
import { memoryOf } from './journal'
import type { Journal } from './journal'
import { PATIENCE } from './within'

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
   * How long an order may take to leave, in ms, for whatever it waits: a line, what it is checked against, the server's
   * limits, the journal. After that it is `NotSent`. Default 10 000; without end with `whenReconnected: 'send'`.
   */
  readonly timeout?: number
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
  /** In ms; without end where it is absent. */
  readonly timeout: number | undefined
  readonly grace: number
}

const names: Readonly<Record<keyof OrderOptions, true>> = {
  journal: true,
  whenReconnected: true,
  timeout: true,
  grace: true,
}

/** Throws `InvalidOption`. A name that is misspelt too: without its journal an order must not leave. */
export const orderSettings = (account: object, options: OrderOptions): OrderSettings => {
  checkNames(options, names)
  const { journal = memoryOf(account), whenReconnected, grace = 5_000 } = options
  const sendsLater = whenReconnected === 'send'
  if (whenReconnected !== undefined && !sendsLater)
    throw invalidOption('whenReconnected', "must be 'send' or left out")
  const { append, load } = Object(journal) as Partial<Journal>
  if (typeof append !== 'function' || typeof load !== 'function')
    throw invalidOption('journal', 'must have the functions append and load')
  const { timeout = sendsLater ? undefined : PATIENCE } = options
  if (timeout !== undefined) checkDuration('timeout', timeout)
  checkDuration('grace', grace)
  return { journal, sendsLater, timeout, grace }
}
