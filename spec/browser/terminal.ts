import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { until } from './until'

/** A screen on which everything stands below each other. */
export const phone = { viewport: { width: 390, height: 844 } } as const

/** The terminal in a browser, as its user sees it. */
export interface Terminal {
  readonly page: Page
  readonly context: BrowserContext
  /** Waits until the line that tells of the connection has this. */
  readonly says: (text: string | RegExp, within?: number) => Promise<void>
  readonly isSaid: (text: string | RegExp) => Promise<boolean>
  /** Waits for another price of a symbol. */
  readonly priceMoves: (symbol: string) => Promise<void>
  readonly panel: (name: string) => Locator
  /** Chooses a symbol, and orders what the ticket then says. */
  readonly buy: (symbol: string) => Promise<void>
  /** Waits until the newest order has come so far. */
  readonly orderIs: (status: string | RegExp) => Promise<void>
  readonly breaks: (mishap: string) => Promise<void>
  /** How much wider the page is than the screen. */
  readonly overhang: () => Promise<number>
}

const LINE_TIMEOUT = 15_000

const terminalOn = (page: Page): Terminal => {
  const panel: Terminal['panel'] = name => page.getByRole('region', { name, exact: true })
  const quoteOf = (symbol: string): Locator => panel('Quotes').getByRole('row').filter({ hasText: symbol })
  const connection = page.getByRole('status', { name: 'Connection' })
  return {
    page,
    context: page.context(),
    panel,
    says: (text, within = LINE_TIMEOUT) => connection.filter({ hasText: text }).waitFor({ timeout: within }),
    isSaid: text => connection.filter({ hasText: text }).isVisible(),
    priceMoves: async symbol => {
      const bid = quoteOf(symbol).locator('app-price').first()
      const before = await bid.innerText()
      await until(`another price of ${symbol} than ${before}`, async () => (await bid.innerText()) !== before)
    },
    buy: async symbol => {
      await quoteOf(symbol).getByRole('button').click()
      await panel('Order ticket')
        .getByRole('button', { name: `buy 0.1 ${symbol}` })
        .click()
    },
    orderIs: async status => {
      const newest = panel('Activity').getByRole('listitem').first()
      await newest.filter({ hasText: status }).waitFor({ timeout: LINE_TIMEOUT })
    },
    breaks: async mishap => {
      await page.getByText('Break it').click()
      await page.getByRole('button', { name: mishap }).click()
      await page.getByText('Break it').click()
    },
    overhang: () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  }
}

/** Makes every pause before another try as long as it may be, the first a second: so that it can be seen. */
const slowToReturn = (page: Page): Promise<void> =>
  page.addInitScript(() => {
    crypto.getRandomValues = array => {
      if (array instanceof Uint32Array) array.fill(2 ** 32 - 1)
      return array
    }
  })

const show = async (page: Page): Promise<string> => {
  try {
    return await page.locator('body').innerText({ timeout: 1_000 })
  } catch (error) {
    return String(error)
  }
}

export interface Scene extends BrowserContextOptions {
  /** What stands behind the `?` of the address. */
  readonly query?: string
  readonly before?: (page: Page) => Promise<void>
  /** Where the terminal is. Default: where all specs have it. */
  readonly site?: string
}

/**
 * Opens the terminal, does something in it, and closes it. Where that fails, the error has what the page shows and
 * said. The browser must have had nothing to complain about: no error or warning in its console, no failed request.
 */
export const inTerminal = async (
  browser: Browser,
  { query = '', before, site = process.env['TERMINAL_URL'] ?? '', ...options }: Scene,
  act: (terminal: Terminal) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(LINE_TIMEOUT)
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', error => complaints.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('crash', () => complaints.push('the page crashed'))
  page.on('requestfailed', request =>
    complaints.push(`${request.url()} ${request.failure()?.errorText ?? ''}`),
  )
  page.on('response', response => {
    if (response.status() >= 400) complaints.push(`${response.url()} ${response.status()}`)
  })
  try {
    await slowToReturn(page)
    await before?.(page)
    await page.goto(`${site}/${query}`)
    await act(terminalOn(page))
    if (complaints.length > 0) throw new Error('the browser has complained')
  } catch (error) {
    const said = complaints.join('\n') || 'nothing'
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${message}\n\nThe console:\n${said}\n\nThe page:\n${await show(page)}`, { cause: error })
  } finally {
    await context.close()
  }
}
