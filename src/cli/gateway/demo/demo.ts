import type { IncomingMessage } from 'node:http'
import { EMPTY, of } from 'rxjs'
import { createGateway } from '../../../gateway'
import type { Gateway, Handshake } from '../../../gateway'
import type { OAuthRoutes } from '../../../node'
import { readBody } from '../../../node/http/readBody'
import { html } from '../../../node/http/html'
import { page, seeOther } from '../../../node/http/page'
import type { PageAnswer } from '../../../node/http/page'
import { createSimulator } from '../../../simulator'
import { createDemoSessions } from './demoSessions'
import type { DemoSessions } from './demoSessions'
import { demoRights, demoSimulator, demoTokens } from './demoTown'

/** A gateway to try, with its pages. */
export interface Demo {
  readonly gateway: Gateway
  readonly pages: OAuthRoutes
  readonly cookie: string
}

const COOKIE = 'ctrader-demo'
const MAX_BODY = 4_096

const logInPage = (status: number, text: string): PageAnswer =>
  page(
    status,
    'Log in',
    html`<p>${text}</p>
      <form method="post" action="/login">
        <label>User <input name="user" autocomplete="username" /></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
        <button>Log in</button>
      </form>`,
  )

const homePage = (userId: string): PageAnswer =>
  page(
    200,
    `Logged in as ${userId}`,
    html`<p>
        Pages of this machine at port 4200 can use this session at <code>/ctrader</code>. Your accounts:
      </p>
      <ul>
        ${demoRights(userId).map(({ accountId }) => html`<li>${accountId}</li>`)}
      </ul>
      <form method="post" action="/logout"><button>Log out</button></form>`,
  )

const cookieFor = (id: string): Readonly<Record<string, string>> => ({
  'set-cookie': `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax${id === '' ? '; Max-Age=0' : ''}`,
})

/** Whether a form is from a page of this machine, or of no browser. */
const isOwn = ({ headers: { host, origin } }: IncomingMessage, origins: readonly string[]): boolean =>
  origin === undefined || origins.includes(origin) || origin === `http://${host ?? ''}`

const logIn = async (sessions: DemoSessions, request: IncomingMessage): Promise<PageAnswer> => {
  const form = new URLSearchParams((await readBody(request, MAX_BODY)) ?? '')
  const id = sessions.begin(form.get('user') ?? '', form.get('password') ?? '')
  return id === undefined
    ? logInPage(401, 'The user or the password is wrong.')
    : seeOther('/', cookieFor(id))
}

const answerTo = async (
  sessions: DemoSessions,
  origins: readonly string[],
  request: IncomingMessage,
  { cookie }: Handshake,
): Promise<PageAnswer> => {
  const { method, url } = request
  if (method === 'POST' && !isOwn(request, origins)) return logInPage(403, 'The form is from another page.')
  if (method === 'POST' && url === '/login') return logIn(sessions, request)
  if (method === 'POST' && url === '/logout') {
    sessions.end(cookie)
    return seeOther('/', cookieFor(''))
  }
  const session = sessions.find(cookie)
  return session
    ? homePage(session.userId)
    : logInPage(200, 'Users are ann and ben. The password is the name.')
}

const PATHS: readonly (string | undefined)[] = ['/', '/login', '/logout']

/** A gateway to a simulator in this process, with two users and three accounts. */
export const createDemo = (moreOrigins: readonly string[]): Demo => {
  const sessions = createDemoSessions()
  const origins = ['http://localhost:4200', 'http://127.0.0.1:4200', ...moreOrigins]
  const gateway = createGateway({
    application: { clientId: 'demo', clientSecret: 'demo' },
    origins,
    lines: [{ name: 'demo', environment: 'demo', connect: createSimulator(demoSimulator).connect }],
    // The tokens of the simulator do not expire.
    grants: { load: () => of({ tokens: demoTokens, version: '1' }), save: () => EMPTY },
    authenticate: sessions.authenticate,
    entitle: sessions.entitle,
  })
  const pages: OAuthRoutes = {
    answer: (_, request, sender) =>
      PATHS.includes(request.url) ? answerTo(sessions, origins, request, sender) : undefined,
  }
  return { gateway, pages, cookie: COOKIE }
}
