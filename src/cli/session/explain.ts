import type { CTraderError } from '../../errors'

const hints: Readonly<Record<string, string>> = {
  CH_CLIENT_AUTH_FAILURE: 'Check the id and the secret of the application; Spotware must have approved it.',
  CH_ACCESS_TOKEN_INVALID: 'The access token is no longer good: npx rx-ctrader login gets a new one.',
  CANT_ROUTE_REQUEST: 'The account may be of the other environment: npx rx-ctrader accounts lists them.',
}

/** Why something failed, and what to do about it. */
export const explain = (cause: CTraderError): string => {
  if (cause.reason === 'GrantLost') return `${cause.message}\nnpx rx-ctrader login asks for it.`
  const hint = cause.reason === 'Refused' ? hints[cause.errorCode] : undefined
  return hint === undefined ? cause.message : `${cause.message}\n${hint}`
}
