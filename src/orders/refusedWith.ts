import { CTraderError } from '../errors'
import { isSessionLost } from '../session/auth'

/** Whether the server refused a question for this reason, and not because of the session. */
export const isRefusedWith = (error: unknown, errorCodes: ReadonlySet<string>): boolean =>
  error instanceof CTraderError &&
  error.reason === 'Refused' &&
  !isSessionLost(error) &&
  errorCodes.has(error.errorCode)
