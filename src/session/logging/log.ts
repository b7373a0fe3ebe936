import { hasReason } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { isWithoutLine } from '../state/state'
import type { AuthState, ConnectionState } from '../state/state'

/** The severity: the names of `console`'s methods, and of most loggers'. */
export type LogLevel = 'info' | 'warn' | 'error'

/**
 * Called with what a client does. Fields contain no secret. Errors that it throws are ignored. For a logger with a
 * method for each level:
 *
 * ```ts
 * const toConsole: Log = (level, event, fields) => console[level](event, fields)
 * createClient({ environment: 'demo', clientId, clientSecret, log: toConsole })
 * ```
 */
export type Log = (level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>) => void

/** A log that throws must not end a stream or the program. */
export const harmless =
  (log: Log): Log =>
  (level, event, fields) => {
    try {
      log(level, event, fields)
    } catch {
      // There is no log to report to.
    }
  }

const levelOf = (state: ConnectionState | AuthState): LogLevel => {
  if (state.status !== 'failed') return isWithoutLine(state) ? 'warn' : 'info'
  // The program has logged it out.
  return hasReason(state.cause, 'SessionEnded') &&
    state.cause.payloadType === PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES
    ? 'info'
    : 'error'
}

/** Logs the state of a line or an account: a failure that will be retried is a warning, a final one an error. */
export const logState = (
  log: Log,
  event: 'connection' | 'account',
  state: ConnectionState | AuthState,
  fields: Readonly<Record<string, unknown>> = {},
): void => {
  log(levelOf(state), `${event}.${state.status}`, { ...fields, ...state })
}
