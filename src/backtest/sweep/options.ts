import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { prepareHistory } from '../../simulator/market/makeMarket'
import { backtestNames, checkSettings } from '../options'
import type { BacktestOptions } from '../options'
import { checkParams } from './grid'
import type { ParamValues } from './grid'
import { checkMeasure } from './measure'
import type { Measure } from './measure'
import type { SharedOptions } from './runner'
import { checkWalkForward } from './windows'
import type { WalkForwardOptions } from './windows'

/** The settings of a sweep: those of a backtest, and these. */
export interface SweepOptions<P> extends Omit<BacktestOptions<P>, 'params'> {
  /** The values of each parameter. There is a run for each combination of them. */
  readonly params: ParamValues<P>
  /** Leaves out combinations for which it returns `false`. Default: none. */
  readonly constraint?: (params: P) => boolean
  /** What the runs are compared by. Default `'sharpe'`. */
  readonly by?: Measure
  /** Fits the parameters in one time and tests them in the next, again and again. Default: not. */
  readonly walkForward?: WalkForwardOptions
}

const names: Readonly<Record<keyof SweepOptions<unknown>, true>> = {
  ...backtestNames,
  constraint: true,
  by: true,
  walkForward: true,
}

/** Throws `InvalidOption`. What a backtest checks when it runs is left to it. */
export const checkSweep = <P>(strategy: unknown, options: SweepOptions<P>): void => {
  const isElsewhere = typeof (strategy as { readonly open?: unknown } | null)?.open === 'function'
  if (typeof strategy !== 'function' && !isElsewhere)
    throw invalidOption('strategy', 'must be a function, or threads that run one')
  checkNames(options, names)
  const { params, by, constraint, walkForward } = options
  checkParams(params)
  if (by !== undefined) checkMeasure(by)
  if (constraint !== undefined && typeof (constraint as unknown) !== 'function')
    throw invalidOption('constraint', 'must be a function')
  if (walkForward !== undefined) checkWalkForward(walkForward)
  checkSettings(options)
}

const ownNames: readonly string[] = ['params', 'constraint', 'by', 'walkForward']

/** What all runs have in common. Reads the history: throws `InvalidOption` where it is not as it must be. */
export const sharedOptions = <P>({ history, ...options }: SweepOptions<P>): SharedOptions => ({
  ...(Object.fromEntries(
    Object.entries(options).filter(([name]) => !ownNames.includes(name)),
  ) as Partial<SharedOptions>),
  prepared: prepareHistory(history, options.symbols),
})
