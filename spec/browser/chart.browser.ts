import type { Browser, Locator, Page } from 'playwright-core'
import { launch } from './chromium'
import { inTerminal } from './terminal'
import type { Scene, Terminal } from './terminal'
import { until } from './until'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const terminal = (act: (terminal: Terminal) => Promise<void>, scene: Scene = {}) =>
  inTerminal(browser, scene, act)

const pictureOf = ({ panel }: Terminal): Locator => panel('Chart').getByRole('group', { name: / bars / })

/** How many bars the chart has, as it says itself. */
const barsIn = async (picture: Locator): Promise<number> =>
  Number(/(\d+) bars/.exec((await picture.getAttribute('aria-label')) ?? '')?.[1] ?? 0)

/** Finds a level that can be dragged, as one does with the mouse: from the top or from the bottom. */
const seekLevel = async (
  page: Page,
  picture: Locator,
  from: 'top' | 'bottom',
): Promise<{ readonly x: number; readonly y: number }> => {
  const box = await picture.boundingBox()
  if (!box) throw new Error('there is no chart')
  const x = box.x + box.width / 3
  for (let step = 4; step < box.height - 4; step += 3) {
    const y = from === 'top' ? box.y + step : box.y + box.height - step
    await page.mouse.move(x, y)
    if (await picture.evaluate(element => (element as HTMLElement).style.cursor === 'ns-resize'))
      return { x, y }
  }
  throw new Error('no level can be dragged')
}

const drag = async (page: Page, { x, y }: { x: number; y: number }, by: number): Promise<void> => {
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y + by / 2)
  await page.mouse.move(x, y + by)
  await page.mouse.up()
}

describe('the chart', () => {
  it('lets a stop loss be dragged, and sends it only when one says so', () =>
    terminal(async kit => {
      const { buy, orderIs, page, panel, says } = kit
      await says('authenticated')
      await panel('Order ticket').getByLabel('Stop loss').fill('10')
      await buy('EURUSD')
      await orderIs('protected')
      const stopLoss = panel('Positions')
        .getByRole('row')
        .filter({ hasText: 'EURUSD' })
        .getByRole('cell')
        .nth(3)
      const before = await stopLoss.innerText()
      const picture = pictureOf(kit)

      await drag(page, await seekLevel(page, picture, 'bottom'), 12)
      const question = page.getByRole('alertdialog', { name: 'Move a level' })
      await question.filter({ hasText: /Move stop loss \d+ to 1\.\d{5}\?/ }).waitFor()
      await question.getByRole('button', { name: 'Leave it' }).click()
      await question.waitFor({ state: 'detached' })
      expect(await stopLoss.innerText()).toBe(before)

      await drag(page, await seekLevel(page, picture, 'bottom'), 12)
      const asked = /to (1\.\d{5})\?/.exec(await question.innerText())?.[1] ?? ''
      await question.getByRole('button', { name: 'Move it' }).click()
      await orderIs(/protect.*protected/)
      await until('the new stop loss', async () => (await stopLoss.innerText()) === asked)
      expect(Number(asked)).toBeLessThan(Number(before))
    }))

  it('lets a pending order be dragged', () =>
    terminal(async kit => {
      const { orderIs, page, panel, says } = kit
      await says('authenticated')
      const ticket = panel('Order ticket')
      const price = ticket.getByLabel('Price')
      await ticket.getByText('limit').click()
      await until('a price', async () => ((await price.getAttribute('placeholder')) ?? '') !== '')
      const limit = Number(await price.getAttribute('placeholder')) - 0.0005
      await price.fill(limit.toFixed(5))
      await ticket.getByRole('button', { name: /^buy / }).click()
      await orderIs('accepted')
      await drag(page, await seekLevel(page, pictureOf(kit), 'bottom'), 15)
      await page.getByRole('button', { name: 'Move it' }).click()
      await orderIs(/amend.*replaced/)
    }))

  it('loads older bars when one scrolls back, for each symbol', () =>
    terminal(async kit => {
      const { page, panel, says } = kit
      await says('authenticated')
      const picture = pictureOf(kit)
      for (const symbol of ['EURUSD', 'GBPUSD']) {
        await panel('Quotes').getByRole('button', { name: symbol }).click()
        await panel('Chart')
          .getByRole('group', { name: new RegExp(`^${symbol}: 30\\d bars`) })
          .waitFor()
        await picture.hover()
        await until('older bars', async () => {
          await page.mouse.wheel(-2_000, 0)
          return (await barsIn(picture)) > 400
        })
      }
    }))

  it('has its levels in the table, too, for who does not drag', () =>
    terminal(async ({ buy, orderIs, page, panel, says }) => {
      await says('authenticated')
      await buy('EURUSD')
      await orderIs('filled')
      const edit = panel('Positions').getByRole('button', { name: /^Edit / })
      await edit.focus()
      await page.keyboard.press('Enter')
      await page
        .getByRole('group', { name: /^Levels of / })
        .getByLabel('Stop loss')
        .fill('1.05')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await orderIs(/protect.*protected/)
      await panel('Positions').getByText('1.05000').waitFor()
    }))
})
