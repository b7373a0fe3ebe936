import type { CTraderError } from '../../errors'

const hints: Readonly<Record<string, string>> = {
  CH_CLIENT_AUTH_FAILURE: 'Check the id and the secret of the application; Spotware must have approved it.',
  CH_ACCESS_TOKEN_INVALID: 'The access token is no longer good: rx-ctrader login gets a new one.',
  CANT_ROUTE_REQUEST: 'The account may be of the other environment: rx-ctrader accounts lists them.',
}

/** Why something failed, and what to do about it. */
export const explain = (cause: CTraderError): string => {
  if (cause.reason === 'GrantLost') return `${cause.message}\nrx-ctrader login asks for it.`
  const hint = cause.reason === 'Refused' ? hints[cause.errorCode] : undefined
  return hint === undefined ? cause.message : `${cause.message}\n${hint}`
}
