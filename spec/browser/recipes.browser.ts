import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { demoAccounts } from '../../src/cli/gateway/demo/demoTown'
import { createApplication } from './application'
import type { Application, Served } from './application'
import { launch } from './chromium'
import { serveGatewaySite, unusedPort } from './gatewaySite'
import type { GatewaySite } from './gatewaySite'
import { until } from './until'

const [OF_ANN = '', OF_BEN = '', SHARED = ''] = demoAccounts.map(({ accountId }) => String(accountId))

let browser: Browser
let context: BrowserContext
let page: Page
let application: Application
let built: string
let tested: string
let pages: Served
let developed: Served
let site: GatewaySite

beforeAll(async () => {
  application = createApplication()
  browser = await launch()
  const port = await unusedPort()
  site = await serveGatewaySite(
    async path => {
      const answer = await fetch(`${pages.url}${path}`)
      return { body: await answer.text(), type: answer.headers.get('content-type') ?? '' }
    },
    [`http://127.0.0.1:${port}`],
  )
  ;[built, tested, developed] = await Promise.all([
    application.build(),
    application.test(),
    application.develop(port, site.url),
  ])
  pages = await application.start()
}, 180_000)
afterAll(async () => {
  application.remove()
  site.close()
  await browser.close()
})
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
})
afterEach(() => context.close())

const contentOf = (html: string): string => /<app-root[^]*<\/app-root>/.exec(html)?.[0] ?? ''

/** What a server answers before any script has run. */
const fetched = async (path: string): Promise<string> =>
  contentOf(await (await fetch(pages.url + path)).text())

const logIn = async (user: string, password = user): Promise<void> => {
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}
const choose = (account: string): Promise<void> =>
  page.getByRole('button', { name: `Account ${account}` }).click()
const open = (name: string): Promise<void> => page.getByRole('link', { name }).click()
const shows = (text: string | RegExp): Promise<void> =>
  page.getByRole('main').filter({ hasText: text }).waitFor()
const aPrice = /\d\.\d{4}/

/** Everything that the page shows from now on, in each of its frames. */
const watchPage = async (): Promise<() => Promise<readonly string[]>> => {
  await page.evaluate(() => {
    const seen: string[] = []
    const look = (): void => {
      requestAnimationFrame(() => seen.push(document.body.innerText))
    }
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })
    Object.assign(window, { seen })
  })
  return () => page.evaluate(() => (window as unknown as { readonly seen: readonly string[] }).seen)
}

describe('the recipes as an application', () => {
  it('are built without a warning, with pages that need no account', () => {
    expect(built).toContain('Prerendered 2 static routes')
    expect(built).not.toMatch(/warning/i)
    const home = readFileSync(join(application.folder, 'dist/recipes/browser/index.html'), 'utf8')
    expect(home).toContain('ng-server-context="ssg"')
    expect(contentOf(home)).toMatch(/<app-trade[^]*no price/)
    expect(existsSync(join(application.folder, 'dist/recipes/browser/login/index.html'))).toBe(true)
  })

  it('are tested by the command of Angular, with the marble kit and the fake timers of Vitest', () => {
    expect(tested).toMatch(/Tests +2 passed \(2\)/)
  })

  it('are rendered at a request, without an account, or in the browser only', async () => {
    expect(await fetched('/balance')).toMatch(/ng-server-context="ssr"[^]*<app-balance[^]*no account/)
    expect(await fetched('/history')).toBe('<app-root></app-root>')
  })

  it('ask for a login in the browser, and say where it is refused', async () => {
    await page.goto(`${site.url}/balance`)
    await page.waitForURL(`${site.url}/login`)
    await logIn('ann', 'wrong')
    await page.getByText('The name or the password is wrong.').waitFor()
  })

  it('show each user what is theirs, on all routes, and nothing of the one before', async () => {
    const sockets: { readonly frames: string[]; isOpen: boolean }[] = []
    page.on('websocket', socket => {
      const seen = { frames: [] as string[], isOpen: true }
      socket.on('framereceived', ({ payload }) => seen.frames.push(String(payload)))
      socket.on('close', () => (seen.isOpen = false))
      sockets.push(seen)
    })
    await page.goto(site.url)
    await page.waitForURL(`${site.url}/login`)
    expect(sockets).toEqual([])
    await logIn('ann')
    await choose(OF_ANN)
    await shows(aPrice)
    await open('Balance')
    await shows(`${OF_ANN}: 10000.00`)
    await open('History')
    await shows('0 deals')
    await open('Balance')

    const ofBen = await watchPage()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL(`${site.url}/login`)
    await until('the line is closed', () => sockets.every(({ isOpen }) => !isOpen))
    await logIn('ben')
    await page.waitForURL(`${site.url}/`)
    await choose(OF_BEN)
    await shows(aPrice)
    await open('Balance')
    await shows(`${OF_BEN}: 10000.00`)
    expect(sockets.map(({ isOpen }) => isOpen)).toEqual([false, true])
    expect(sockets[1]?.frames.join('\n')).toContain(OF_BEN)
    expect(sockets[1]?.frames.join('\n')).not.toContain(OF_ANN)
    const states = await ofBen()
    const afterLogout = states.slice(states.findIndex(text => text.includes('Log in')))
    expect(afterLogout.filter(text => text.includes(OF_ANN))).toEqual([])

    // Another account of the same user, on a page whose route has resolved the first.
    const ofShared = await watchPage()
    await choose(SHARED)
    await shows(`${SHARED}: 10000.00`)
    expect((await ofShared()).filter(text => text.includes(`${OF_BEN}: `))).toEqual([])
    expect((await ofShared()).length).toBeGreaterThan(0)
  })

  it('ask for a login where the session is over, and go on after it', async () => {
    await page.goto(site.url)
    await logIn('ann')
    await choose(OF_ANN)
    await shows(aPrice)
    await context.request.post(`${site.url}/logout`)
    await until('a guard asks for a login', async () => {
      await open('Balance')
      await open('Trade')
      return new URL(page.url()).pathname === '/login'
    })
    await logIn('ann')
    await shows(aPrice)
    await open('Balance')
    await shows(`${OF_ANN}: 10000.00`)
  })

  it('keep their line and their user where a component is replaced', async () => {
    let opened = 0
    page.on('websocket', socket => (opened += Number(socket.url().endsWith('/ctrader'))))
    await page.goto(developed.url)
    await logIn('ann')
    await choose(OF_ANN)
    await shows(aPrice)
    const file = join(application.folder, 'src/recipes/trade.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace('>Buy<', '>Purchase<'))
    await page.getByRole('button', { name: 'Purchase' }).waitFor()
    await shows(aPrice)
    expect([opened, new URL(page.url()).pathname]).toEqual([1, '/'])
  })

  it('leave nothing that keeps their server alive', async () => {
    expect(await pages.end()).toEqual([0, ''])
  })
})
