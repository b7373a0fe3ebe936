import type { IncomingMessage, RequestListener } from 'node:http'
import type { Simulator } from '../../simulator/simulator'
import { isOurHost } from './access'
import type { Access } from './access'
import { respond } from '../http/page'
import type { PageAnswer } from '../http/page'
import { readBody } from '../http/readBody'
import { CONSENT_PATH, TOKEN_PATH, consentPage, isOwnForm, tokenAnswer } from './consentPage'

const MAX_BODY = 65_536

const refusal = (status: number, text: string): PageAnswer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: `${text}\n`,
})

const answerTo = async (
  { consent }: Simulator,
  request: IncomingMessage,
  access: Access,
  url: URL,
): Promise<PageAnswer> => {
  if (!isOurHost(request, access)) return refusal(421, 'not for this Host: it has to be allowed')
  const { method = 'GET' } = request
  if (url.pathname === TOKEN_PATH)
    return method === 'GET' ? tokenAnswer(consent, url.searchParams) : refusal(405, 'GET only')
  if (method === 'GET') return consentPage(consent, url.searchParams, undefined)
  if (method !== 'POST') return refusal(405, 'GET and POST only')
  if (!isOwnForm(request)) return refusal(403, 'not for forms of other pages')
  const body = await readBody(request, MAX_BODY)
  return body === undefined
    ? refusal(413, `the body must not be larger than ${MAX_BODY} bytes`)
    : consentPage(consent, url.searchParams, new URLSearchParams(body))
}

/** Adds the consent page and the token endpoint to what a port serves. */
export const withConsent =
  (broker: Simulator, access: Access, others: RequestListener): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (![CONSENT_PATH, TOKEN_PATH].includes(url.pathname)) {
      others(request, response)
      return
    }
    answerTo(broker, request, access, url)
      .then(answer => {
        respond(request, response, answer)
      })
      // The client has left in the middle of its request.
      .catch(() => {
        response.destroy()
      })
  }
