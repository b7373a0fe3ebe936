// Takes the picture in the README: the terminal after some trading, and a lost line.
import type { Page } from 'playwright-core'
import { launch } from './chromium'
import setUp from './setup'
import { inTerminal } from './terminal'
import type { Terminal } from './terminal'

const PICTURE = 'docs/images/terminal.png'

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

const take = async (): Promise<void> => {
  const browser = await launch()
  const before = (page: Page): Promise<void> => page.clock.setSystemTime(SUNDAY)
  try {
    await inTerminal(browser, { before }, async terminal => {
      await trade(terminal)
      await terminal.page.locator('body').focus()
      await terminal.page.mouse.move(0, 0)
      await terminal.priceMoves('EURUSD')
      await terminal.page.screenshot({ path: PICTURE })
    })
  } finally {
    await browser.close()
  }
}

setUp()
  .then(take)
  .finally(() => {
    globalThis.takeDown()
  })
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
