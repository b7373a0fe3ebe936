import type { IncomingMessage } from 'node:http'
import { firstValueFrom } from 'rxjs'
import type { Gateway, Handshake, Session } from '../../gateway'
import { readBody } from '../http/readBody'
import type { PageAnswer } from '../http/page'
import { callback } from './callback'
import { failedPage } from './failure'
import { createFlows } from './flows'
import type { WebAddress } from './consentUrl'
import { readOAuthOptions } from './options'
import type { OAuthRoutesOptions } from './options'
import { message } from './pages'
import { confirm, revoke, showAccounts } from './accounts'
import { start } from './start'
import type { OAuthVisit } from './visit'

/** Pages on which users give a gateway access to their accounts, for `serveGateway`. */
export interface OAuthRoutes {
  /** @internal */
  readonly answer: (
    gateway: Gateway,
    request: IncomingMessage,
    sender: Handshake,
  ) => Promise<PageAnswer> | undefined
}

const MAX_BODY = 65_536

type Route = (visit: OAuthVisit) => Promise<PageAnswer> | PageAnswer

const routes: Readonly<Record<string, Route>> = {
  'GET /start': start,
  'GET /callback': callback,
  'GET /accounts': showAccounts,
  'POST /accounts': confirm,
  'POST /revoke': revoke,
}

const paths: ReadonlySet<string> = new Set(Object.keys(routes).map(route => route.replace(/^\w+ /, '')))

const sessionOf = async (gateway: Gateway, sender: Handshake): Promise<Session | undefined> => {
  if (sender.cookie === undefined) return undefined
  try {
    return await firstValueFrom(gateway.authenticate(sender), { defaultValue: undefined })
  } catch {
    return undefined
  }
}

/** Whether a form was sent by a page of this server: browsers say where a form is from. */
const isOwnForm = ({ headers }: IncomingMessage, { origin }: WebAddress): boolean => headers.origin === origin

const formOf = async (request: IncomingMessage): Promise<URLSearchParams | undefined> => {
  if (request.method !== 'POST') return new URLSearchParams()
  const body = await readBody(request, MAX_BODY)
  return body === undefined ? undefined : new URLSearchParams(body)
}

/**
 * Pages on which users give a gateway access to their accounts at cTrader. The tokens go into `grants`, and never to the
 * browser. Each page needs the session cookie of the gateway. Throws `InvalidOption` for invalid options.
 *
 * - `GET /oauth/start` sends the user to cTrader's consent page.
 * - `GET /oauth/callback` is where the user comes back to. A code that this browser has not asked for is not used.
 * - `GET /oauth/accounts` shows the accounts of the new grant, which the user has to confirm, and those of earlier ones.
 * - `POST /oauth/revoke` takes a grant away, and removes its tokens.
 *
 * A new grant replaces earlier ones of the same person at cTrader, because their tokens may be worth nothing any more.
 *
 * ```ts
 * const store = encryptedGrants('grants', [{ id: '2026-11', key: process.env['GRANTS_KEY'] ?? '' }])
 * const rights = fileRights('rights.json')
 * const redirectUri = 'https://app.example.com/oauth/callback'
 * const oauth = oauthRoutes({ application: { clientId, clientSecret }, redirectUri, grants: store, rights })
 * serveGateway(gateway, { port: 8443, oauth }).subscribe()
 * ```
 */
export const oauthRoutes = (options: OAuthRoutesOptions): OAuthRoutes => {
  const settings = readOAuthOptions(options)
  const flows = createFlows()

  const answerTo = async (
    gateway: Gateway,
    request: IncomingMessage,
    sender: Handshake,
    url: URL,
  ): Promise<PageAnswer> => {
    const path = url.pathname.slice(settings.base.length)
    const route = routes[`${request.method ?? ''} ${path}`]
    if (!route) return message(405, 'This does not work', 'The page does not take this kind of request.')
    if (request.method === 'POST' && !isOwnForm(request, settings.redirect))
      return message(403, 'This does not work', 'The form is from another page.')
    const session = await sessionOf(gateway, sender)
    if (!session) return message(401, 'Log in first', 'There is no session.', settings.returnTo)
    const form = await formOf(request)
    if (!form) return message(413, 'This does not work', 'The form is too large.')
    return route({ settings, flows, gateway, request, sender, session, form, query: url.searchParams })
  }

  return {
    answer: (gateway, request, sender) => {
      const { origin } = settings.redirect
      const url = URL.canParse(request.url ?? '', origin) ? new URL(request.url ?? '', origin) : undefined
      if (!url?.pathname.startsWith(`${settings.base}/`)) return undefined
      if (!paths.has(url.pathname.slice(settings.base.length))) return undefined
      return answerTo(gateway, request, sender, url).catch((error: unknown) => {
        // The client has left in the middle of its form: nothing has failed here.
        if (request.destroyed && !request.complete) throw error
        return failedPage(settings, `${request.method ?? ''} ${url.pathname}`, error)
      })
    },
  }
}
