import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'
import { memoryOf } from './journal'
import type { Journal } from './journal'
import { DEFAULT_TIMEOUT } from '../../streams/sharing/timeoutFrom'

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
   * How long an order that has left is looked for where the server shows no sign of it, in ms, counted while the account
   * is authenticated: then it is `NotFound`, and stays open in the journal. Default 60 000.
   */
  readonly horizon?: number
  /**
   * Without effect: that the server shows nothing of an order proves nothing, however long it was waited for.
   * @deprecated What it was for is the `horizon`.
   */
  readonly grace?: number
}

/** The options with the defaults for those not given. */
export interface OrderSettings {
  readonly journal: Journal
  readonly sendsLater: boolean
  /** In ms; without end where it is absent. */
  readonly timeout: number | undefined
  /** In ms. */
  readonly horizon: number
}

/** Longer than a server in heavy news takes, and than its lists are behind. */
const HORIZON = 60_000

const names: Readonly<Record<keyof OrderOptions, true>> = {
  journal: true,
  whenReconnected: true,
  timeout: true,
  horizon: true,
  grace: true,
}

/** Throws `InvalidOption`. A name that is misspelt too: without its journal an order must not leave. */
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
