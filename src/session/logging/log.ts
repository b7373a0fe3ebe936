import type { AuthState, ConnectionState } from '../state/state'

/** How much it matters: the names of `console`'s methods, and of most loggers'. */
export type LogLevel = 'info' | 'warn' | 'error'

/**
 * Told what a client does. Fields hold no secret. What it throws is ignored. For a logger with a method for each level:
 *
 * ```ts
 * const toConsole: Log = (level, event, fields) => console[level](event, fields)
 * createClient({ environment: 'demo', clientId, clientSecret, log: toConsole })
 * ```
 */
export type Log = (level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>) => void

/** A log that throws ends neither a stream nor the program: its own error is left out, there being no log for it. */
export const harmless =
  (log: Log): Log =>
  (level, event, fields) => {
    try {
      log(level, event, fields)
    } catch {
      // Nothing can be told to a log that throws.
    }
  }

/** What becomes of a line or an account: what goes wrong is a warning, what cannot go right an error. */
export const logState = (
  log: Log,
  event: 'connection' | 'account',
  state: ConnectionState | AuthState,
  fields: Readonly<Record<string, unknown>> = {},
): void => {
  const level = state.status === 'failed' ? 'error' : state.status === 'reconnecting' ? 'warn' : 'info'
  log(level, `${event}.${state.status}`, { ...fields, ...state })
}
