import type { Browser, Page } from 'playwright-core'
import { launch } from './chromium'
import { inTerminal, phone } from './terminal'
import type { Scene, Terminal } from './terminal'
import { until } from './until'

/** What is checked of axe-core's result. */
interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const terminal = (act: (terminal: Terminal) => Promise<void>, scene: Scene = {}) =>
  inTerminal(browser, scene, act)

/** What axe finds against WCAG 2.2, levels A and AA. */
const violationsOn = async (page: Page): Promise<readonly string[]> => {
  await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' })
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> }
    }
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    return (await axe.run({ runOnly: { type: 'tag', values } })).violations
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 120)}: ${failureSummary}`),
  )
}

const scenes: readonly (readonly [string, Scene])[] = [
  ['in the light', { colorScheme: 'light' }],
  ['in the dark', { colorScheme: 'dark' }],
  ['on a phone', { ...phone, colorScheme: 'light' }],
]

describe('the terminal for everybody', () => {
  it.each(scenes)('keeps to WCAG 2.2 AA %s', (_, scene) =>
    terminal(async ({ breaks, buy, orderIs, page, panel, priceMoves, says }) => {
      await says('authenticated')
      await priceMoves('EURUSD')
      await panel('Order ticket').getByLabel('Stop loss').fill('50')
      await buy('EURUSD')
      await orderIs('protected')
      expect(await violationsOn(page)).toEqual([])

      await page.getByText('Break it').click()
      await page.getByRole('button', { name: 'Drop the line' }).waitFor()
      expect(await violationsOn(page)).toEqual([])
      await page.keyboard.press('Escape')

      await breaks('Maintenance')
      await says('reconnecting')
      await panel('Order ticket').getByLabel('Volume').fill('x')
      expect(await violationsOn(page)).toEqual([])
    }, scene),
  )

  it('can be used with the keyboard alone', () =>
    terminal(async ({ orderIs, page, panel, says }) => {
      await says('authenticated')
      await panel('Quotes').getByRole('button', { name: 'GBPUSD' }).focus()
      await page.keyboard.press('Enter')
      const order = panel('Order ticket').getByRole('button', { name: 'buy 0.1 GBPUSD' })
      await until('the ticket is free', async () => (await order.getAttribute('aria-disabled')) === 'false')
      await order.focus()
      await page.keyboard.press('Enter')
      await orderIs('filled')
      await panel('Positions')
        .getByRole('button', { name: /^Close / })
        .focus()
      await page.keyboard.press('Space')
      await orderIs(/close.*filled/)
    }))

  it('is light or dark as the system is, until one chooses', () =>
    terminal(
      async ({ page, says }) => {
        const ground = () => page.locator('body').evaluate(body => getComputedStyle(body).backgroundColor)
        await says('authenticated')
        expect(await ground()).toBe('rgb(10, 13, 20)')
        await page.emulateMedia({ colorScheme: 'light' })
        await until('a light page', async () => (await ground()) === 'rgb(238, 241, 246)')
        await page.getByRole('button', { name: 'Dark' }).click()
        await until('a dark page', async () => (await ground()) === 'rgb(10, 13, 20)')
        await page.reload()
        await says('authenticated')
        expect(await ground()).toBe('rgb(10, 13, 20)')
      },
      { colorScheme: 'dark' },
    ))

  it('has what a stop loss did in a live region, with its result', () =>
    terminal(async ({ orderIs, page, panel, says }) => {
      await says('authenticated')
      const ticket = panel('Order ticket')
      await ticket.getByLabel('Stop loss').fill('1')
      await ticket.getByRole('button', { name: 'buy 0.1 EURUSD' }).click()
      await orderIs('filled')
      await page
        .getByRole('log', { name: 'Fills' })
        .getByText(/EURUSD: stop loss sold 0\.1 at 1\.\d+: -\d+\.\d\d/)
        .waitFor({ timeout: 30_000 })
    }))

  it('dims prices within some seconds of silence, long before the line is known to be dead', () =>
    terminal(async ({ breaks, isSaid, page, panel, priceMoves, says }) => {
      await says('authenticated')
      await priceMoves('EURUSD')
      const isDim = () =>
        page.locator('app-quotes').evaluate(quotes => {
          const colourOf = (selector: string): string => {
            const element = quotes.querySelector(selector)
            return element ? getComputedStyle(element).color : ''
          }
          return colourOf('app-price') === colourOf('.muted')
        })
      await until('prices in colour', async () => !(await isDim()))
      await breaks('Silence')
      const silent = Date.now()
      await until('prices that are dim', isDim)
      expect(Date.now() - silent).toBeLessThan(6_000)
      expect(await isSaid(/authenticated.*no prices for some seconds/)).toBe(true)
      await panel('Order ticket').getByText('No prices come: they may be old').waitFor()
    }))
})
