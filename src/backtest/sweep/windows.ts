import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { HOUR } from '../../time/constants'

/** The lengths of the windows of a walk-forward, in ms. */
export interface WalkForwardOptions {
  /** How long the parameters are fitted. */
  readonly train: number
  /** How long they are then tested, and how far it is from one window to the next. */
  readonly test: number
}

/** A time, in ms since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The times of a window. */
export interface Window {
  readonly train: Span
  readonly test: Span
}

/** Throws `InvalidOption`. Shorter windows have no trades, and are usually a number of days. */
export const checkWalkForward = (walkForward: WalkForwardOptions): void => {
  if (typeof walkForward !== 'object' || (walkForward as unknown) === null)
    throw invalidOption('walkForward', 'must be { train, test }')
  checkNames(walkForward, { train: true, test: true }, 'walkForward.')
  for (const name of ['train', 'test'] as const)
    if (!(Number.isFinite(walkForward[name]) && walkForward[name] >= HOUR))
      throw invalidOption(`walkForward.${name}`, `must be a number of ms, at least an hour: ${HOUR}`)
}

/** The windows of a time. Each begins one test after the one before it, so that the tests follow each other. */
export const walkForwardWindows = (
  { from, to }: Span,
  { train, test }: WalkForwardOptions,
): readonly Window[] => {
  const windows: Window[] = []
  for (let start = from; start + train < to; start += test)
    windows.push({
      train: { from: start, to: start + train },
      test: { from: start + train, to: Math.min(start + train + test, to) },
    })
  if (windows.length === 0)
    throw invalidOption('walkForward.train', 'must be shorter than the time from the start to the end')
  return windows
}
