import { invalidOption } from '../../errors'
import type { Statistics } from '../results'

/** What runs are compared by: a figure, or a function of the figures whose greatest value is the best. */
export type Measure = keyof Statistics | ((statistics: Statistics) => number | undefined)

/** Of these the least is the best. */
const isLessBetter: readonly (keyof Statistics)[] = [
  'maxDrawdown',
  'maxDrawdownPart',
  'maxDrawdownDuration',
  'unclearExits',
]

const figures: Readonly<Record<keyof Statistics, true>> = {
  net: true,
  costs: true,
  cagr: true,
  maxDrawdown: true,
  maxDrawdownPart: true,
  maxDrawdownDuration: true,
  sharpe: true,
  sortino: true,
  trades: true,
  winRate: true,
  profitFactor: true,
  expectancy: true,
  exposure: true,
  tradesPerDay: true,
  unclearExits: true,
}

/** Throws `InvalidOption` for what is not a measure. */
export const checkMeasure = (by: unknown): void => {
  if (typeof by !== 'function' && !(typeof by === 'string' && Object.hasOwn(figures, by)))
    throw invalidOption('by', `must be a function or one of ${Object.keys(figures).join(', ')}`)
}

/** The value of a measure. */
export const measureValue = (by: Measure, statistics: Statistics): number | undefined => {
  const value = typeof by === 'function' ? by(statistics) : statistics[by]
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined
}

/** Something with figures, at its place in the order of the parameters. */
export interface Ranked {
  readonly statistics: Statistics
  readonly value: number | undefined
}

/** The best first, and of the equally good the one with the greater net. What has no value is last. */
export const compareRuns =
  (by: Measure) =>
  (one: Ranked, other: Ranked): number => {
    const sign = typeof by === 'string' && isLessBetter.includes(by) ? -1 : 1
    const scoreOf = ({ value }: Ranked): number => (value === undefined ? -Infinity : sign * value)
    const [first, second] = [scoreOf(one), scoreOf(other)]
    return first === second ? other.statistics.net - one.statistics.net : first > second ? -1 : 1
  }
