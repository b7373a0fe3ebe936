import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'
import { accountJournal } from './journal'
import type { Journal } from './journal'
import { DEFAULT_TIMEOUT } from '../../streams/sharing/accountTimeout'

/** Settings of `placeOrder` and of all commands that change or end an order. */
export interface OrderOptions {
  /**
   * Where the order is written down before it leaves. Default: the account's own journal, which lives as long as
   * the process.
   */
  readonly journal?: Journal
  /**
   * What happens to an order that has not left when there is no line, or when the line is lost. `'fail'`, the
   * default: `NotSent`, at once, or when the current attempt to connect fails. `'wait'`: it leaves on the next line.
   */
  readonly whenDisconnected?: 'fail' | 'wait'
  /** @deprecated It is `whenDisconnected: 'wait'`. */
  readonly whenReconnected?: 'send'
  /**
   * How long an order may take to leave, in ms. This includes waiting for a line, for the data it is checked
   * against, for the server's limits and for the journal. After that it is `NotSent`. Default 10 000; no limit with
   * `whenDisconnected: 'wait'`.
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
  whenDisconnected: true,
  whenReconnected: true,
  timeout: true,
  horizon: true,
  grace: true,
}

const waiting: ReadonlySet<unknown> = new Set(['fail', 'wait'])

/** Throws `InvalidOption`, also for a misspelt name: an order must not leave without its journal. */
export const orderSettings = (account: object, options: OrderOptions): OrderSettings => {
  checkNames(options, names)
  const { journal = accountJournal(account), horizon = HORIZON } = options
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- They stay until 1.0.
  const { whenReconnected, grace = 0 } = options
  if (whenReconnected !== undefined && (whenReconnected as unknown) !== 'send')
    throw invalidOption('whenReconnected', "must be 'send' or left out")
  const { whenDisconnected = whenReconnected === 'send' ? 'wait' : 'fail' } = options
  if (!waiting.has(whenDisconnected)) throw invalidOption('whenDisconnected', "must be 'fail' or 'wait'")
  const sendsLater = whenDisconnected === 'wait'
  const { append, load } = Object(journal) as Partial<Journal>
  if (typeof append !== 'function' || typeof load !== 'function')
    throw invalidOption('journal', 'must have the functions append and load')
  const { timeout = sendsLater ? undefined : DEFAULT_TIMEOUT } = options
  if (timeout !== undefined) checkDuration('timeout', timeout)
  checkDuration('horizon', horizon)
  checkDuration('grace', grace)
  return { journal, sendsLater, timeout, horizon }
}
