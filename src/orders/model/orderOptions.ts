import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'
import { memoryOf } from './journal'
import type { Journal } from './journal'
import { DEFAULT_TIMEOUT } from '../../streams/sharing/timeoutFrom'

/** Settings of `placeOrder` and of all commands that change or end an order. */
export interface OrderOptions {
  /**
   * Where the order is written down before it leaves. Default: the account's own journal, which lives as long as
   * the process.
   */
  readonly journal?: Journal
  /**
   * What happens to an order that has not left when there is no line, or when the line is lost. Default: `NotSent`,
   * at once, or when the current attempt to connect fails. With `'send'` it waits, and leaves on the next line.
   */
  readonly whenReconnected?: 'send'
  /**
   * How long an order may take to leave, in ms. This includes waiting for a line, for the data it is checked
   * against, for the server's limits and for the journal. After that it is `NotSent`. Default 10 000; no limit with
   * `whenReconnected: 'send'`.
   */
  readonly timeout?: number
  /**
   * How long to look for an order that has left while the server shows no sign of it, in ms. Only time in which the
   * account is authenticated counts. Then it is `NotFound`, and stays open in the journal. Default 60 000.
   */
  readonly horizon?: number
  /**
   * Has no effect: a missing sign of an order proves nothing, however long one waits.
   *
   * @deprecated Use `horizon`.
   */
  readonly grace?: number
}

/** The options, with defaults. */
export interface OrderSettings {
  readonly journal: Journal
  readonly sendsLater: boolean
  /** In ms; absent means no limit. */
  readonly timeout: number | undefined
  /** In ms. */
  readonly horizon: number
}

/** Longer than a server takes during heavy news, and longer than its lists are behind. */
const HORIZON = 60_000

const names: Readonly<Record<keyof OrderOptions, true>> = {
  journal: true,
  whenReconnected: true,
  timeout: true,
  horizon: true,
  grace: true,
}

/** Throws `InvalidOption`, also for a misspelt name: an order must not leave without its journal. */
export const orderSettings = (account: object, options: OrderOptions): OrderSettings => {
  checkNames(options, names)
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const { journal = memoryOf(account), whenReconnected, horizon = HORIZON, grace = 0 } = options
  const sendsLater = whenReconnected === 'send'
  if (whenReconnected !== undefined && !sendsLater)
    throw invalidOption('whenReconnected', "must be 'send' or left out")
  const { append, load } = Object(journal) as Partial<Journal>
  if (typeof append !== 'function' || typeof load !== 'function')
    throw invalidOption('journal', 'must have the functions append and load')
  const { timeout = sendsLater ? undefined : DEFAULT_TIMEOUT } = options
  if (timeout !== undefined) checkDuration('timeout', timeout)
  checkDuration('horizon', horizon)
  checkDuration('grace', grace)
  return { journal, sendsLater, timeout, horizon }
}
