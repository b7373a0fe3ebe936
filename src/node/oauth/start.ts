import { seeOther } from '../http/page'
import type { PageAnswer } from '../http/page'
import { consentUrl } from './consentUrl'
import { flowCookie } from './visit'
import type { OAuthVisit } from './visit'

/** Sends the user to the consent page. */
export const start = ({ flows, session, settings }: OAuthVisit): PageAnswer => {
  const { application, scope } = settings
  const { nonce, state } = flows.begin(session.userId)
  return seeOther(consentUrl(settings, application.clientId, scope, state), {
    'set-cookie': flowCookie(settings, nonce),
  })
}
