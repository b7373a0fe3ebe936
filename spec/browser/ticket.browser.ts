import type { Browser } from 'playwright-core'
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

const ticketOf = ({ page, panel }: Terminal) => {
  const ticket = panel('Order ticket')
  return {
    field: (name: string) => ticket.getByLabel(name),
    button: ticket.getByRole('button', { name: /^(buy|sell) / }),
    objection: (text: string | RegExp) =>
      page.getByRole('status', { name: 'Order check' }).filter({ hasText: text }).waitFor(),
    preview: (text: string | RegExp) => ticket.getByText(text).waitFor(),
  }
}

const sent = ({ panel }: Terminal): Promise<number> => panel('Activity').getByText(/^sent/).count()

describe('the ticket', () => {
  it('sends one order for a double click, and is locked until it is answered', () =>
    terminal(async kit => {
      const { button, objection } = ticketOf(kit)
      await kit.says('authenticated')
      await kit.breaks('Slow')
      await button.dblclick()
      await objection('The order is on its way')
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      await button.click({ force: true })
      await kit.orderIs('filled')
      expect(await sent(kit)).toBe(1)
      await until('the ticket is free', async () => (await button.getAttribute('aria-disabled')) === 'false')
    }))

  it('sends nothing for Enter in a field', () =>
    terminal(async kit => {
      const { button, field } = ticketOf(kit)
      await kit.says('authenticated')
      await until('the ticket is free', async () => (await button.getAttribute('aria-disabled')) === 'false')
      for (const name of ['Volume', 'Stop loss', 'Take profit']) {
        await field(name).press('Enter')
        await field(name).press('Enter')
      }
      await kit.panel('Activity').getByText('no orders yet').waitFor()
    }))

  it('reads and writes the decimals of the language', () =>
    terminal(
      async kit => {
        const { button, field, objection } = ticketOf(kit)
        await kit.says('authenticated')
        await until('a volume', async () => (await field('Volume').inputValue()) === '0,1')
        await field('Volume').fill('0,2')
        await button.and(kit.page.getByText('buy 0.2 EURUSD')).waitFor()
        await field('Volume').fill('1.000')
        await objection('The volume is not a number: write it as 0,1')
        expect(await button.getAttribute('aria-disabled')).toBe('true')
      },
      { locale: 'de-DE' },
    ))

  it('does not read a comma where it separates thousands', () =>
    terminal(async kit => {
      const { button, field, objection } = ticketOf(kit)
      await kit.says('authenticated')
      await field('Volume').fill('0,1')
      await objection('The volume is not a number: write it as 0.1')
      expect(await button.getAttribute('aria-disabled')).toBe('true')
    }))

  it('begins anew with each symbol', () =>
    terminal(async kit => {
      const { field } = ticketOf(kit)
      await kit.says('authenticated')
      await until('a volume', async () => (await field('Volume').inputValue()) === '0.1')
      await field('Volume').fill('7')
      await field('Stop loss').fill('20')
      await field('Take profit').fill('40')
      await kit.panel('Quotes').getByRole('button', { name: 'GBPUSD' }).click()
      await until('the usual volume', async () => (await field('Volume').inputValue()) === '0.1')
      expect(await field('Stop loss').inputValue()).toBe('')
      expect(await field('Take profit').inputValue()).toBe('')
    }))

  it('shows margin, costs and the worst loss of an order', () =>
    terminal(async kit => {
      const { field, preview } = ticketOf(kit)
      await kit.says('authenticated')
      await preview(/^\s*\d+\.\d\d\s+of 10,000\.00 free/)
      await preview(/\d\.\d\d spread, \d\.\d\d commission/)
      await preview('not limited: no stop loss')
      await field('Stop loss').fill('20')
      // 20 pips of 10 000 euros are 20 dollars. The commission comes on top.
      await preview(/about 2\d\.\d\d at the stop/)
    }))

  it('is closed to an order for which there is not enough money', () =>
    terminal(async kit => {
      const { button, field, objection } = ticketOf(kit)
      await kit.says('authenticated')
      await field('Volume').fill('80')
      await objection('There is not enough free margin')
      await button.click({ force: true })
      await kit.panel('Activity').getByText('no orders yet').waitFor()
    }))

  it('is closed without a line, and says so', () =>
    terminal(async kit => {
      const { button, objection } = ticketOf(kit)
      await kit.says('authenticated')
      await kit.breaks('Maintenance')
      await objection('There is no line to the broker')
      expect(await button.getAttribute('aria-disabled')).toBe('true')
    }))
})
