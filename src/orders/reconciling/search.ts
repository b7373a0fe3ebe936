import { stopwatch } from '../../clock'
import { CTraderError } from '../../errors'
import { omitUndefined } from '../../util/omitUndefined'

/** The search for an order that shows no sign on the server. Its time counts while the account is authenticated. */
export interface Search {
  readonly resume: () => void
  readonly pause: () => void
  /** There is a sign of the order: the time starts again. */
  readonly seen: () => void
  /** The server was asked. */
  readonly asked: () => void
  /** How long it may still go on, in ms. */
  readonly left: () => number
  /** The error when it has gone on for too long. `detail` is what the server said last. */
  readonly notFound: (detail: string, cause: CTraderError | undefined) => CTraderError
}

export const createSearch = (id: string, horizon: number): Search => {
  let before = 0
  let running: (() => number) | undefined
  let asked = 0
  const elapsed = (): number => before + (running?.() ?? 0)
  return {
    resume: () => {
      running ??= stopwatch()
    },
    pause: () => {
      before = elapsed()
      running = undefined
    },
    seen: () => {
      before = 0
      running &&= stopwatch()
    },
    asked: () => {
      asked += 1
    },
    left: () => horizon - elapsed(),
    notFound: (detail, cause) =>
      new CTraderError({
        reason: 'NotFound',
        id,
        after: Math.round(elapsed()),
        asked,
        detail,
        ...omitUndefined({ cause }),
      }),
  }
}
