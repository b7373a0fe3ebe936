import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { demoAccounts } from '../../src/cli/gateway/demo/demoTown'
import { launch } from './chromium'
import { COOKIE, secrets, serveGatewaySite } from './gatewaySite'
import type { GatewaySite } from './gatewaySite'
import { inTerminal } from './terminal'
import type { Terminal } from './terminal'
import { until } from './until'

/** Traded at all hours. */
const ALWAYS_OPEN = 'BTCUSD'
const [OF_ANN, OF_BEN, SHARED] = demoAccounts.map(({ accountId }) => String(accountId))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

let browser: Browser
let site: GatewaySite

beforeAll(async () => {
  browser = await launch()
  site = await serveGatewaySite(pathname => {
    const path = pathname === '/' ? '/index.html' : pathname
    const body = readFileSync(join(process.env['TERMINAL_FOLDER'] ?? '', 'browser', path), 'utf8')
    return { body, type: types[extname(path)] ?? 'text/plain' }
  })
})
afterAll(async () => {
  site.close()
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
      site: site.url,
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
        expect(site.broker.lines()).toHaveLength(1)

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
        await ann.context.request.post(`${site.url}/logout`)
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
