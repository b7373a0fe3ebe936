import type { ObservableInput } from 'rxjs'
import { invalidOption } from '../../errors'
import { termRules } from '../../simulator/options/accounts'
import { amount, noRule, checkFields, id } from '../../simulator/options/rules'
import type { Rules } from '../../simulator/options/rules'
import { checkFills } from '../../simulator/model/fills'
import type { Fills } from '../../simulator/model/fills'
import type { BacktestAccount } from '../options'
import type { PaperState } from './storage/state'

/** Where the state of a paper account is kept. */
export interface PaperStore {
  /** What was saved last, or `undefined` before the first time. */
  readonly load: () => ObservableInput<PaperState | undefined>
  /**
   * Saves the state after each change. The result is awaited: a value, a promise or an observable. If it fails, the
   * line of the client is lost, and no other one is opened until the state can be saved.
   */
  readonly save: (state: PaperState) => unknown
}

/**
 * The settings of paper trading. `depositAsset`, `moneyDigits`, `leverage`, `accountType` and the other terms of the
 * account are by default those of the real one.
 */
export interface PaperOptions extends BacktestAccount {
  /** The id of the paper account. Default: that of the real account. */
  readonly accountId?: number
  /** Latency, slippage, and when limit orders are filled: as in a backtest. */
  readonly fills?: Fills
  /** Where the account is kept between two runs. Default: nowhere. */
  readonly store?: PaperStore
  /** For what is made up: ids and latencies. Default 1. */
  readonly seed?: number
  /** The market's time at the first line, in ms since the epoch, if it is not that of the clock: for a simulator. */
  readonly start?: number
}

const rules: Rules<PaperOptions> = {
  ...termRules,
  accountId: id,
  fills: noRule,
  store: noRule,
  seed: noRule,
  start: amount,
}

/** Throws `InvalidOption`. */
export const checkPaper = (account: unknown, options: PaperOptions): void => {
  if (typeof (account as { readonly request?: unknown } | undefined)?.request !== 'function')
    throw invalidOption('account', 'must be an account of a client')
  checkFields(options, rules)
  if (!Number.isFinite(options.seed ?? 1)) throw invalidOption('seed', 'must be a number')
  checkFills(options.fills ?? {})
  const { store } = options
  if (store !== undefined && (typeof store.load !== 'function' || typeof store.save !== 'function'))
    throw invalidOption('store', 'must have the functions load and save')
}
