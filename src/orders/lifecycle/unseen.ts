import { stopwatch } from '../../clock'

/** How long there has been no sign of an order, counted while the account is authenticated. */
export interface Unseen {
  /** In ms. */
  readonly elapsed: () => number
  readonly resume: () => void
  readonly pause: () => void
  /** Call this when there is a sign of the order. */
  readonly restart: () => void
}

export const createUnseen = (): Unseen => {
  let before = 0
  let running: (() => number) | undefined
  const elapsed = (): number => before + (running?.() ?? 0)
  return {
    elapsed,
    resume: () => {
      running ??= stopwatch()
    },
    pause: () => {
      before = elapsed()
      running = undefined
    },
    restart: () => {
      before = 0
      running &&= stopwatch()
    },
  }
}
