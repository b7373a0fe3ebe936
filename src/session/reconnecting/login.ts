import { CTraderError, hasReason, isRefused } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { isRefusedAs } from '../../protocol/errorCodes'

/** The program has ended a session with `logout()`. */
export const loggedOut = (): CTraderError =>
  new CTraderError({
    reason: 'SessionEnded',
    payloadType: PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES,
    detail: 'the program has logged it out',
  })

const credentials: readonly string[] = ['clientSecret', 'accessToken']

/** Whether a new login of the user may mend a failure that is fatal. */
export const needsLogin = (error: CTraderError): boolean =>
  hasReason(error, 'GrantLost', 'SessionEnded') ||
  isRefused(error, 'CH_CLIENT_AUTH_FAILURE') ||
  isRefusedAs(error, 'badToken') ||
  // A function that gives no secret, as before a login.
  (error.reason === 'InvalidOption' && credentials.includes(error.option))
