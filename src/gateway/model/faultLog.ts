import type { Log } from '../../session/logging/log'

/** What a part of the gateway needs: whether it works. */
export interface FaultLog {
  readonly failed: (error: unknown) => void
  readonly worked: () => void
}

/** Logs that something does not work, and that it works again: once each, however many requests need it meanwhile. */
export const createFaultLog = (
  log: Log,
  event: string,
  fields: Readonly<Record<string, unknown>> = {},
): FaultLog => {
  let hasFailed = false
  return {
    failed: error => {
      if (hasFailed) return
      hasFailed = true
      log('warn', event, { ...fields, failed: true, error })
    },
    worked: () => {
      if (!hasFailed) return
      hasFailed = false
      log('info', event, { ...fields, failed: false })
    },
  }
}
