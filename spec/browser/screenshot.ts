// Takes the pictures of the README: the terminal after some trading and a lost line, and the report of a backtest.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { lastValueFrom } from 'rxjs'
import { backtest } from 'rx-ctrader/backtest'
import { htmlReport, readHistory } from 'rx-ctrader/node'
import { cross } from '../../docs/examples/cross'
import { launch } from './chromium'
import setUp from './setup'
import { inTerminal, phone } from './terminal'
import type { Terminal } from './terminal'

const PICTURE = 'docs/images/terminal.png'
const PHONE = 'docs/images/terminal-phone.png'
const REPORT = 'docs/images/report.png'

/** Before always the same Wednesday, and with the simulator's seed that is always the same market. */
const SUNDAY = new Date('2026-01-04T12:00:00Z')

const trade = async ({ breaks, buy, orderIs, panel, says }: Terminal): Promise<void> => {
  const ticket = panel('Order ticket')
  await says('authenticated')
  await panel('Quotes').getByRole('button', { name: 'XAUUSD' }).click()
  await ticket.getByText('sell').click()
  await ticket.getByRole('button', { name: 'sell 0.1 XAUUSD' }).click()
  await orderIs('filled')

  await panel('Quotes').getByRole('button', { name: 'EURUSD' }).click()
  await ticket.getByText('limit').click()
  await ticket.getByText('buy', { exact: false }).first().click()
  await ticket.getByLabel('Price').fill('1.105')
  await ticket.getByRole('button', { name: 'buy 0.1 EURUSD limit 1.105' }).click()
  await orderIs('accepted')

  await breaks('Slow')
  await ticket.getByText('market').click()
  await ticket.getByLabel('Stop loss').fill('20')
  await ticket.getByLabel('Take profit').fill('40')
  await buy('EURUSD')
  await orderIs('sent')
  await breaks('Drop the line')
  await orderIs('protected')
  await breaks('Recover')
}

const takeTerminal = async (browser: Browser): Promise<void> => {
  const before = (page: Page): Promise<void> => page.clock.setSystemTime(SUNDAY)
  await inTerminal(browser, { before, colorScheme: 'dark' }, async terminal => {
    await trade(terminal)
    await terminal.page.locator('body').focus()
    await terminal.page.mouse.move(0, 0)
    await terminal.priceMoves('EURUSD')
    await terminal.page.screenshot({ path: PICTURE })
  })
}

const takePhone = async (browser: Browser): Promise<void> => {
  const before = (page: Page): Promise<void> => page.clock.setSystemTime(SUNDAY)
  const scene = { ...phone, before, colorScheme: 'light', deviceScaleFactor: 2 } as const
  await inTerminal(browser, scene, async ({ buy, orderIs, page, panel, priceMoves, says }) => {
    await says('authenticated')
    await panel('Order ticket').getByLabel('Stop loss').fill('20')
    await buy('EURUSD')
    await orderIs('protected')
    await page.evaluate(() => {
      window.scrollTo(0, 0)
    })
    await priceMoves('EURUSD')
    await page.screenshot({ path: PHONE })
  })
}

const reportHtml = async (): Promise<string> => {
  const path = 'docs/examples/data/eurusd-m30.csv'
  const history = [await readHistory(path, { symbol: 'EURUSD', spread: 0.0001 })]
  const last = await lastValueFrom(backtest(cross, { history, params: { fast: 8, slow: 50 } }))
  if (last.kind !== 'result') throw new Error('a backtest ended without a result')
  return htmlReport(last, { history, title: 'EURUSD, averages of 8 and 50 bars' })
}

const takeReport = async (browser: Browser): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-report-'))
  const path = join(folder, 'report.html')
  writeFileSync(path, await reportHtml())
  const page = await browser.newPage({ viewport: { width: 1200, height: 1330 }, locale: 'en-US' })
  await page.goto(pathToFileURL(path).href)
  await page.locator('#prices canvas').first().waitFor()
  await page.screenshot({ path: REPORT })
  rmSync(folder, { recursive: true })
}

const takeAll = async (): Promise<void> => {
  const browser = await launch()
  try {
    await takeTerminal(browser)
    await takePhone(browser)
    await takeReport(browser)
  } finally {
    await browser.close()
  }
}

setUp()
  .then(takeAll)
  .finally(() => {
    globalThis.takeDown()
  })
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
