import { monotonicNow } from '../../clock'
import type { Log } from '../../session/logging/log'

/** What a part of the gateway needs: whether it works. */
export interface FaultLog {
  readonly failed: (error: unknown) => void
  readonly worked: () => void
  /** Whether it has failed lately, and has not worked since. */
  readonly isFailing: () => boolean
}

/** A failure is not known to last if nothing has needed the part for so many ms. */
const LATELY = 60_000

/** Logs that something does not work, and that it works again: once each, however many requests need it meanwhile. */
export const createFaultLog = (
  log: Log,
  event: string,
  /** Called with each failure. */
  onFailed: () => void,
  fields: Readonly<Record<string, unknown>> = {},
): FaultLog => {
  let failedAt: number | undefined
  return {
    failed: error => {
      const isKnown = failedAt !== undefined
      failedAt = monotonicNow()
      onFailed()
      if (!isKnown) log('warn', event, { ...fields, failed: true, error })
    },
    worked: () => {
      if (failedAt === undefined) return
      failedAt = undefined
      log('info', event, { ...fields, failed: false })
    },
    isFailing: () => failedAt !== undefined && monotonicNow() - failedAt < LATELY,
  }
}
