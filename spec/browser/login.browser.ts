import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { commandLine } from '../support/commandLine'
import type { CommandLine, CommandRun } from '../support/commandLine'
import { launch } from './chromium'

let browser: Browser
let context: BrowserContext
let page: Page
let line: CommandLine

beforeAll(async () => {
  browser = await launch()
})
beforeEach(async () => {
  line = await commandLine()
  context = await browser.newContext()
  page = await context.newPage()
})
afterEach(async () => {
  await context.close()
  line.close()
})
afterAll(() => browser.close())

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Begins a login, and opens its first page in the browser. */
const login = async (): Promise<CommandRun> => {
  const http = line.url.replace('ws', 'http')
  const args = [
    ...['login', '--credentials', 'new.json', '--port', String(await freePort()), '--server', line.url],
    ...['--auth-url', `${http}/my/settings/openapi/grantingaccess/`, '--token-url', `${http}/apps/token`],
  ]
  let begin: (url: string) => void = () => undefined
  const begun = new Promise<string>(resolve => {
    begin = resolve
  })
  const env = { RX_CTRADER_CLIENT_ID: 'demo', RX_CTRADER_CLIENT_SECRET: 'demo' }
  const running = line.start(args, { env, open: begin })
  await page.goto(await begun)
  return running
}

describe('login in a browser', () => {
  it('asks for access, shows what is next, and writes credentials that work', async () => {
    const running = await login()
    expect(await page.title()).toBe('Allow access?')
    await page.getByRole('button', { name: 'Allow access' }).click()
    await page.getByRole('heading', { name: 'Access is granted' }).waitFor({ state: 'attached' })
    expect(await page.textContent('p')).toContain('Go back to the terminal')
    expect(await running.exitCode).toBe(0)
    const saved = JSON.parse(readFileSync(join(line.folder, 'new.json'), 'utf8')) as object
    expect(saved).toMatchObject({ accountId: 12345678, server: line.url })
    expect(await line.run(['accounts', '--credentials', 'new.json'])).toMatchObject({ code: 0 })
  })

  it('says in the browser and in the terminal that access was denied', async () => {
    const running = await login()
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByRole('heading', { name: 'There is no access yet' }).waitFor({ state: 'attached' })
    expect(await running.exitCode).toBe(1)
    expect(running.err()).toContain('Access was declined')
  })

  it('does not take a code that another page brings', async () => {
    const running = await login()
    const redirect = new URL(page.url()).searchParams.get('redirect_uri') ?? ''
    const other = await browser.newContext()
    const foreign = await other.newPage()
    await foreign.goto(`${redirect}?code=foreign`)
    await foreign
      .getByRole('heading', { name: 'This code is of another login' })
      .waitFor({ state: 'attached' })
    await other.close()
    await page.getByRole('button', { name: 'Allow access' }).click()
    expect(await running.exitCode).toBe(0)
  })
})
