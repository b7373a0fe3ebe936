import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { EMPTY, of } from 'rxjs'
import type { Subscription } from 'rxjs'
import { createGateway } from 'rx-ctrader/gateway'
import type { Gateway } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import type { OAuthRoutes } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { createDemoSessions } from '../../src/cli/gateway/demoSessions'
import { demoAccounts, demoSimulator } from '../../src/cli/gateway/demoTown'
import { readBody } from '../../src/node/http/readBody'
import { launch } from './chromium'
import { inTerminal } from './terminal'
import type { Terminal } from './terminal'
import { until } from './until'

/** What no page may have. */
const secrets = ['S3CRET-of-the-application', 'T0KEN-of-the-grant', 'T0KEN-to-renew'] as const
const [clientSecret, accessToken, refreshToken] = secrets

const COOKIE = 'session'
/** Traded at all hours. */
const ALWAYS_OPEN = 'BTCUSD'
const [OF_ANN, OF_BEN, SHARED] = demoAccounts.map(({ accountId }) => String(accountId))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

const unusedPort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

let browser: Browser
let broker: Simulator
let gateway: Gateway
let sessions: ReturnType<typeof createDemoSessions>
let serving: Subscription
let site: string

/** The page, the login and the gateway at one host, as behind a proxy. */
const pages = (): OAuthRoutes => ({
  answer: (_, request, { cookie }) => {
    const { pathname } = new URL(request.url ?? '/', site)
    const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}) => ({
      status,
      headers,
      body,
    })
    const act = async () => {
      if (pathname === '/login') {
        const form = new URLSearchParams((await readBody(request, 1_000)) ?? '')
        const id = sessions.begin(form.get('user') ?? '', form.get('password') ?? '') ?? ''
        return answer(200, 'in', { 'set-cookie': `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax` })
      }
      if (pathname === '/logout') {
        sessions.end(cookie)
        return answer(200, 'out')
      }
      const path = pathname === '/' ? '/index.html' : pathname
      const body = readFileSync(join(process.env['TERMINAL_FOLDER'] ?? '', 'browser', path), 'utf8')
      return answer(200, body, { 'content-type': types[extname(path)] ?? 'text/plain' })
    }
    return act()
  },
})

beforeAll(async () => {
  browser = await launch()
  const port = await unusedPort()
  site = `http://127.0.0.1:${port}`
  sessions = createDemoSessions()
  const [grant] = demoSimulator.grants ?? []
  broker = createSimulator({
    ...demoSimulator,
    seed: 42,
    applications: [{ clientId: 'terminal', clientSecret }],
    grants: grant ? [{ ...grant, accessToken, refreshToken }] : [],
  })
  gateway = createGateway({
    application: { clientId: 'terminal', clientSecret },
    origins: [site],
    lines: [{ name: 'demo', environment: 'demo', connect: broker.connect }],
    grants: { load: () => of({ tokens: { accessToken, refreshToken }, version: '1' }), save: () => EMPTY },
    authenticate: sessions.authenticate,
    entitle: sessions.entitle,
  })
  serving = serveGateway(gateway, { port, cookie: COOKIE, oauth: pages() }).subscribe()
  await until('the gateway', () =>
    fetch(`${site}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
})
afterAll(async () => {
  serving.unsubscribe()
  gateway.close().subscribe()
  await browser.close()
})

/** Everything that a browser has and sends. */
const listenTo = (page: Page): (() => string) => {
  const texts: string[] = []
  page.on('request', request => {
    texts.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '')
  })
  page.on('response', response => {
    texts.push(JSON.stringify(response.headers()))
    response.text().then(
      text => texts.push(text),
      () => undefined,
    )
  })
  page.on('websocket', socket => {
    texts.push(socket.url())
    socket.on('framesent', ({ payload }) => texts.push(String(payload)))
    socket.on('framereceived', ({ payload }) => texts.push(String(payload)))
  })
  return () => texts.join('\n')
}

interface User extends Terminal {
  readonly logIn: () => Promise<void>
  readonly choose: (accountId: string | undefined) => Promise<void>
  readonly positions: () => Promise<number>
  readonly heard: () => string
}

const asUser = (name: string, act: (user: User) => Promise<void>): Promise<void> => {
  let heard = (): string => ''
  return inTerminal(
    browser,
    {
      query: '?url=/ctrader',
      site,
      before: async page => {
        heard = listenTo(page)
        await Promise.resolve()
      },
    },
    terminal => {
      const { page, panel } = terminal
      return act({
        ...terminal,
        heard: () => heard(),
        logIn: async () => {
          await page.getByLabel('User').fill(name)
          await page.getByLabel('Password').fill(name)
          await page.getByRole('button', { name: 'Log in' }).click()
        },
        choose: async (accountId = '') => {
          await page.getByRole('combobox', { name: 'Account' }).selectOption(accountId)
          await terminal.says(`account ${accountId}`)
        },
        positions: () => panel('Positions').getByRole('row').filter({ hasText: ALWAYS_OPEN }).count(),
      })
    },
  )
}

describe('the terminal, behind a gateway', () => {
  it('has two users at once: each sees own accounts, and both a shared one; a session that ends goes on', () =>
    asUser('ann', ann =>
      asUser('ben', async ben => {
        await Promise.all([ann.logIn(), ben.logIn()])
        await Promise.all([ann.says(`account ${OF_ANN}`), ben.says(`account ${OF_BEN}`)])
        await Promise.all([ann.priceMoves(ALWAYS_OPEN), ben.priceMoves(ALWAYS_OPEN)])
        expect(broker.lines()).toHaveLength(1)

        // The order of the one is not seen by the other.
        await ann.buy(ALWAYS_OPEN)
        await ann.orderIs(/filled at \d/)
        await until('a position of ann', async () => (await ann.positions()) === 1)
        expect(await ben.positions()).toBe(0)
        expect(ben.heard()).not.toContain(`"ctidTraderAccountId":${OF_ANN}`)

        // That of a shared account is.
        await Promise.all([ann.choose(SHARED), ben.choose(SHARED)])
        await ben.priceMoves(ALWAYS_OPEN)
        expect([await ann.positions(), await ben.positions()]).toEqual([0, 0])
        await ben.buy(ALWAYS_OPEN)
        await ben.orderIs(/filled at \d/)
        await until('a position of both', async () => (await ann.positions()) === 1)

        // The session of ann ends at the server, and the terminal stays as it is.
        await ann.context.request.post(`${site}/logout`)
        await ann.says('loginRequired')
        await ben.buy(ALWAYS_OPEN)
        await until('two positions of ben', async () => (await ben.positions()) === 2)
        expect(await ann.positions()).toBe(1)
        await ann.logIn()
        await ann.says(`account ${SHARED}`)
        // What came meanwhile is there.
        await until('two positions of ann', async () => (await ann.positions()) === 2)
        await ann.priceMoves(ALWAYS_OPEN)

        for (const { heard, page } of [ann, ben]) {
          const kept = await page.evaluate(() =>
            JSON.stringify([
              Object.entries(localStorage),
              Object.entries(sessionStorage),
              document.cookie,
              document.documentElement.outerHTML,
            ]),
          )
          const all = `${heard()}\n${kept}`
          // The sources and the frames are in it.
          expect(all).toContain('ctidTraderAccountId')
          expect(all.length).toBeGreaterThan(500_000)
          expect(secrets.filter(secret => all.includes(secret))).toEqual([])
          expect(kept).not.toContain(COOKIE + '=')
        }
      }),
    ))
})
