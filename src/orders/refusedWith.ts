import { CTraderError } from '../errors'
import { isSessionLost } from '../session/auth'

/** Whether the server refused a question for this reason, and not because of the session. */
export const isRefusedWith = (error: unknown, errorCodes: ReadonlySet<string>): boolean =>
  error instanceof CTraderError &&
  error.reason === 'Refused' &&
  !isSessionLost(error) &&
  errorCodes.has(error.errorCode)

const boundless: ReadonlySet<string> = new Set(['INCORRECT_BOUNDARIES', 'INVALID_REQUEST'])

/** Whether the server wants to be told of which time a list is to be, or of a shorter one. */
export const wantsRange = (error: unknown): boolean => isRefusedWith(error, boundless)
