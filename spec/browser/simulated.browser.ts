import type { Browser } from 'playwright-core'
import { launch } from './chromium'
import { inTerminal, phone } from './terminal'
import type { Scene, Terminal } from './terminal'
import { until } from './until'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const terminal = (act: (terminal: Terminal) => Promise<void>, scene: Scene = {}) =>
  inTerminal(browser, scene, act)

describe('the terminal, on the simulator in the page', () => {
  it('authenticates, and its prices move', () =>
    terminal(async ({ priceMoves, says }) => {
      await says('authenticated')
      await says('account 12345678')
      await priceMoves('EURUSD')
      await priceMoves('BTCUSD')
    }))

  it('draws the bars of history, the order book and the account', () =>
    terminal(async ({ page, panel }) => {
      const colours = () =>
        panel('Chart')
          .locator('canvas')
          .evaluateAll(canvases => {
            const seen = new Set<string>()
            for (const canvas of canvases as HTMLCanvasElement[]) {
              const { width, height } = canvas
              const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
              copy?.drawImage(canvas, 0, 0)
              const pixels = copy?.getImageData(0, 0, width, height).data ?? []
              for (let i = 0; i < pixels.length; i += 4) seen.add(pixels.slice(i, i + 3).join())
            }
            return [...seen]
          })
      await until('bars that rise and bars that fall', async () => {
        const seen = await colours()
        return seen.includes('10,92,192') && seen.includes('173,67,0')
      })
      await until('a book', async () => (await panel('Order book').getByRole('listitem').count()) === 20)
      await page.getByText('10,000.00').first().waitFor()
    }))

  it('fills an order, protects and shows its position, and closes it', () =>
    terminal(async ({ buy, orderIs, panel, says }) => {
      await says('authenticated')
      await panel('Order ticket').getByLabel('Stop loss').fill('20')
      await buy('EURUSD')
      await orderIs(/sent.*accepted.*filled at 1\.\d+.*protected/)
      const position = panel('Positions').getByRole('row').filter({ hasText: 'EURUSD' })
      await position.filter({ hasText: /buy.*0\.1/ }).waitFor()

      await position.getByRole('button', { name: 'Close' }).click()
      await orderIs(/close.*filled/)
      await position.waitFor({ state: 'detached' })
    }))

  it('lives through a line that is cut: prices move again, and the position is still there', () =>
    terminal(async ({ breaks, buy, orderIs, panel, priceMoves, says }) => {
      await says('authenticated')
      await buy('EURUSD')
      await orderIs('filled')
      await breaks('Drop the line')
      await says(/reconnecting.*attempt 1/)
      await says(/authenticated.*gap of \d\.\d s filled/)
      await priceMoves('EURUSD')
      expect(await panel('Positions').getByRole('row').filter({ hasText: 'EURUSD' }).count()).toBe(1)
    }))

  it('finds out what became of an order when the line is cut behind it', () =>
    terminal(async ({ breaks, buy, orderIs, says }) => {
      await says('authenticated')
      await breaks('Slow')
      await buy('EURUSD')
      await orderIs('sent')
      await breaks('Drop the line')
      await orderIs('outcomeUnknown')
      await orderIs(/filled at/)
    }))

  it('tells of no margin while the line is down, least of all that of the last symbol', () =>
    terminal(async ({ breaks, panel, says }) => {
      await says('authenticated')
      const margin = panel('Order ticket').getByText(/^\s*\d+\.\d\d\s+of [\d,.]+ free/)
      await margin.waitFor()
      await breaks('Maintenance')
      await says('reconnecting')
      await panel('Quotes').getByRole('button', { name: 'BTCUSD' }).click()
      await margin.waitFor({ state: 'detached' })
      await says('reconnecting')
      await says('authenticated')
      await margin.waitFor()
    }))

  it('says in words for traders why an order cannot be placed, and does not send it', () =>
    terminal(async ({ panel, says }) => {
      await says('authenticated')
      const ticket = panel('Order ticket')
      await ticket.getByLabel('Volume').fill('0.001')
      await ticket.getByText('The smallest volume of this symbol is 0.01 lots').waitFor()
      await ticket.getByRole('button', { name: 'buy 0.001 EURUSD' }).click({ force: true })
      await panel('Activity').getByText('no orders yet').waitFor()
    }))

  it('shows which faults are armed, and that they have struck', () =>
    terminal(async ({ breaks, buy, orderIs, page, says }) => {
      await says('authenticated')
      const menu = page.getByRole('button', { name: /^Break it/ })
      await breaks('Refuse the next order')
      await breaks('Slow')
      await menu.filter({ hasText: '2 armed' }).waitFor()
      await menu.click()
      await page.getByRole('button', { name: /^Refuse the next order armed/ }).waitFor()
      await page.keyboard.press('Escape')
      await buy('EURUSD')
      await orderIs('rejected: MARKET_CLOSED')
      await menu.filter({ hasText: '1 armed' }).waitFor()
      await breaks('Recover')
      await menu.filter({ hasNotText: 'armed' }).waitFor()
    }))

  it('keeps a pending order, and cancels it', () =>
    terminal(async ({ orderIs, panel, says }) => {
      await says('authenticated')
      const ticket = panel('Order ticket')
      await ticket.getByText('limit').click()
      await ticket.getByLabel('Price').fill('1.05')
      await ticket.getByRole('button', { name: 'buy 0.1 EURUSD limit 1.05' }).click()
      await orderIs('accepted')
      await panel('Positions').getByRole('button', { name: 'Cancel' }).click()
      await orderIs(/cancel.*cancelled/)
      await panel('Positions').getByText('pending').waitFor({ state: 'detached' })
    }))

  it('can be broken where the address names no server, until one does something else', () =>
    terminal(
      async ({ page, says }) => {
        await says('authenticated')
        const drop = page.getByRole('button', { name: 'Drop the line' })
        for (const leave of [() => page.keyboard.press('Escape'), () => page.mouse.click(5, 500)]) {
          await page.getByText('Break it').click()
          await drop.waitFor()
          await leave()
          await drop.waitFor({ state: 'hidden' })
        }
      },
      { query: '?url=' },
    ))

  it('has names for the choices of a ticket, and for the line what is worth telling only', () =>
    terminal(async ({ page, panel, says }) => {
      await says('authenticated')
      await page.getByText(/^\d+ ms$/).waitFor()
      await says(/^\s*authenticated\s+account 12345678\s*$/)
      const ticket = panel('Order ticket')
      for (const [name, choices] of [
        ['Side', 2],
        ['Type', 3],
      ] as const)
        expect(await ticket.getByRole('group', { name }).getByRole('radio').count()).toBe(choices)
    }))

  it('lets one come to the end of its book on a low screen', () =>
    terminal(
      async ({ page, panel, priceMoves, says }) => {
        await says('authenticated')
        await priceMoves('EURUSD')
        const book = panel('Order book')
        await book.hover()
        await page.mouse.wheel(0, 1_000)
        await until('the worst bid', async () => {
          const box = await book.getByRole('listitem').last().boundingBox()
          return (box?.y ?? Infinity) + (box?.height ?? 0) < 700
        })
      },
      { viewport: { width: 1280, height: 700 } },
    ))

  it('shows everything on a narrow screen, and nothing beside it', () =>
    terminal(async ({ breaks, buy, overhang, panel, priceMoves, says }) => {
      await says('authenticated')
      await priceMoves('EURUSD')
      for (const name of ['Quotes', 'Chart', 'Order ticket', 'Positions', 'Order book', 'Activity']) {
        const box = await panel(name).boundingBox()
        expect(box?.width).toBeGreaterThan(300)
        expect(box?.height).toBeGreaterThan(40)
      }
      await panel('Order ticket').getByLabel('Stop loss').fill('50')
      await panel('Order ticket').getByLabel('Take profit').fill('50')
      await buy('EURUSD')
      const close = await panel('Positions').getByRole('button', { name: 'Close' }).boundingBox()
      expect((close?.x ?? Infinity) + (close?.width ?? 0)).toBeLessThan(390)
      expect(await overhang()).toBe(0)

      // The longest of causes.
      await breaks('Maintenance')
      await says(/reconnecting.*SERVER_IS_UNDER_MAINTENANCE/)
      expect(await overhang()).toBe(0)
    }, phone))
})
