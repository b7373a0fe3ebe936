import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { htmlReport } from 'rx-ctrader/node'
import { hostile, result, sweepResult } from '../node/report/support'
import { launch } from './chromium'
import { phone } from './terminal'
import { until } from './until'

let browser: Browser
let folder = ''
beforeAll(async () => {
  browser = await launch()
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-report-'))
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

const HOUR = 3_600_000
const [first] = result.trades
if (!first) throw new Error('no trade')

/** Bars around the trades: some rise, some fall. */
const bars = Array.from({ length: 60 }, (_, i) => {
  const [open, close] = [1.1 + 0.002 * Math.sin(i), 1.1 + 0.002 * Math.sin(i + 1)]
  return {
    timestamp: first.entryTime + (i - 30) * HOUR,
    open,
    high: Math.max(open, close) + 0.002,
    low: Math.min(open, close) - 0.002,
    close,
  }
})
const history = [
  { symbol: 'EURUSD', period: 'H1' as const, bars },
  { symbol: hostile, period: 'H1' as const, bars },
]

/** Opens a page as a file, without a network. It must not complain, and must ask for nothing. */
const opened = async (
  html: string,
  options: BrowserContextOptions,
  act: (page: Page) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    ...options,
  })
  await context.setOffline(true)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('dialog', dialog => complaints.push(`a dialog: ${dialog.message()}`))
  page.on('request', request => requests.push(request.url()))
  const path = join(folder, 'report.html')
  writeFileSync(path, html)
  const url = pathToFileURL(path).href
  try {
    await page.goto(url)
    await act(page)
    expect(requests.filter(request => !request.startsWith('data:'))).toEqual([url])
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

const colours = (chart: Locator): Promise<readonly string[]> =>
  chart.locator('canvas').evaluateAll(canvases => {
    const seen = new Set<string>()
    for (const canvas of canvases as HTMLCanvasElement[]) {
      const { width, height } = canvas
      if (width === 0 || height === 0) continue
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
      copy?.drawImage(canvas, 0, 0)
      const pixels = copy?.getImageData(0, 0, width, height).data ?? []
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i + 3] === 255) seen.add(pixels.slice(i, i + 3).join())
    }
    return [...seen]
  })

const rgb = (hex: string): string => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join()
const [UP, DOWN, BUY, SELL, ACCENT] = ['#0f8a5f', '#d03a52', '#2563eb', '#b45309', '#2563eb'].map(rgb)

const shows = async (chart: Locator, ...expected: readonly (string | undefined)[]): Promise<void> =>
  until(`the colours ${expected.join(' ')}`, async () => {
    const seen = await colours(chart)
    return expected.every(colour => colour !== undefined && seen.includes(colour))
  })

describe('a report in a browser', () => {
  const page$ = htmlReport(result, { history })

  it('draws the equity, and the prices with what was traded', () =>
    opened(page$, {}, async page => {
      await shows(page.locator('#equity'), ACCENT)
      await shows(page.locator('#prices'), UP, DOWN, BUY, SELL)
      await page.getByLabel('Symbol').selectOption({ index: 1 })
      await until('prices without trades', async () => {
        const seen = await colours(page.locator('#prices'))
        return seen.includes(UP ?? '') && !seen.includes(SELL ?? '')
      })
    }))

  it('shows a trade of the list in the chart', () =>
    opened(page$, {}, async page => {
      await page.getByLabel('Symbol').selectOption({ index: 1 })
      await page.getByRole('button', { name: '2025-01-06 12:00' }).click()
      expect(await page.getByLabel('Symbol').inputValue()).toBe('EURUSD')
      await shows(page.locator('#prices'), BUY, SELL)
    }))

  it('sorts the list of trades by a click and by a key, and says so to screen readers', () =>
    opened(page$, {}, async page => {
      const head = page.getByRole('columnheader', { name: 'Net, USD' })
      const nets = () => page.locator('#trades tbody tr td:last-child').allInnerTexts()
      expect(await nets()).toEqual(['50.00', '-10.00'])
      await head.getByRole('button').click()
      expect([await nets(), await head.getAttribute('aria-sort')]).toEqual([['-10.00', '50.00'], 'ascending'])
      await page.keyboard.press('Enter')
      expect([await nets(), await head.getAttribute('aria-sort')]).toEqual([
        ['50.00', '-10.00'],
        'descending',
      ])
      const side = page.getByRole('columnheader', { name: 'Side' })
      await side.getByRole('button').focus()
      await page.keyboard.press('Space')
      expect(await page.locator('#trades tbody td.buy, #trades tbody td.sell').allInnerTexts()).toEqual([
        'buy',
        'sell',
      ])
      expect(await head.getAttribute('aria-sort')).toBeNull()
    }))

  it('is dark where the browser is', () =>
    opened(page$, { colorScheme: 'dark' }, async page => {
      await shows(page.locator('#prices'), rgb('#2ebd85'), rgb('#f6465d'))
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
        'rgb(13, 19, 32)',
      )
    }))

  it('fits a phone', () =>
    opened(page$, phone, async page => {
      await shows(page.locator('#equity'), ACCENT)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
    }))

  it('shows the heat map of a sweep, whose best is marked', () =>
    opened(htmlReport(sweepResult), {}, async page => {
      expect(await page.locator('.heatmap .best').innerText()).toBe('30.00')
      const heat = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate(cell => getComputedStyle(cell).backgroundColor)
      expect(await heat('.heatmap .best')).not.toBe(await heat('.heatmap .heat:not(.best)'))
    }))

  it('runs nothing that a name contains', () =>
    opened(
      htmlReport({ ...result, trades: [{ ...first, symbol: hostile }] }, { history, title: hostile }),
      {},
      async page => {
        await shows(page.locator('#equity'), ACCENT)
        expect(await page.title()).toBe(hostile)
      },
    ))

  it('could send nothing', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const path = join(folder, 'sending.html')
    writeFileSync(path, page$)
    await page.goto(pathToFileURL(path).href)
    const sent = page.evaluate(() => fetch('data:text/plain,x').then(() => 'sent'))
    await expect(sent).rejects.toThrow(/Failed to fetch|violates/)
    await context.close()
  })
})
