import type { Browser } from 'playwright-core'
import { firstValueFrom, share } from 'rxjs'
import type { Subscription } from 'rxjs'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { launch } from './chromium'
import { inTerminal, phone } from './terminal'
import type { Scene, Terminal } from './terminal'
import { until } from './until'

let browser: Browser
let broker: Simulator
let query: string
let serving: Subscription

const serve = async (simulator: Simulator): Promise<void> => {
  broker = simulator
  const served$ = serveSimulator(broker, { port: 0 }).pipe(share())
  const first = firstValueFrom(served$)
  serving = served$.subscribe()
  const { url } = await first
  query = `?url=${url}`
}

beforeAll(async () => {
  browser = await launch()
})
beforeEach(() => serve(createSimulator({ seed: 42 })))
afterEach(() => serving.unsubscribe())
afterAll(() => browser.close())

// The server's time is now, also at weekends, when only Bitcoin is traded.
const ALWAYS_OPEN = 'BTCUSD'

const terminal = (act: (terminal: Terminal) => Promise<void>, scene: Scene = {}) =>
  inTerminal(browser, { query, before: page => page.clock.install(), ...scene }, act)

describe('the terminal, on a simulator behind a port', () => {
  it('trades over a WebSocket, and lives through a lost line', () =>
    terminal(async ({ buy, orderIs, page, panel, priceMoves, says }) => {
      await says('authenticated')
      await priceMoves(ALWAYS_OPEN)
      await buy(ALWAYS_OPEN)
      await orderIs(/filled at \d/)
      const position = panel('Positions').getByRole('row').filter({ hasText: ALWAYS_OPEN })
      await position.waitFor()

      broker.drop()
      await says('reconnecting')
      await says('gap of')
      await priceMoves(ALWAYS_OPEN)
      expect(await position.count()).toBe(1)
      // It is only for the simulator in the page.
      expect(await page.getByText('Break it').count()).toBe(0)
    }))

  it('does not try while there is no network, and does at once when it is back', () =>
    terminal(async ({ context, isSaid, page, says }) => {
      await says('authenticated')
      // Offline, the browser would not hear of it; and no pause may be over before it is.
      await page.clock.pauseAt(Date.now() + 5_000)
      broker.drop()
      await until('a lost line', async () => {
        await page.clock.runFor(10)
        return isSaid('attempt 1 in 1.0 s')
      })
      await context.setOffline(true)
      // Less than half a minute more, when it would try all the same.
      await page.clock.runFor(20_000)
      expect(await isSaid('attempt 1 in 1.0 s')).toBe(true)
      expect(broker.lines()).toEqual([])

      await page.clock.resume()
      await context.setOffline(false)
      await says('authenticated', 3_000)
    }))

  it('notices a dead line soon after the network has changed', () =>
    terminal(async ({ context, page, says }) => {
      await says('authenticated')
      broker.silence()
      await context.setOffline(true)
      await context.setOffline(false)
      await page.clock.fastForward(5_000)
      await says('no answer after the network, the page or the clock had changed')
      await says('authenticated')
    }))

  it('notices it, too, when the page is seen again', () =>
    terminal(async ({ page, says }) => {
      await says('authenticated')
      broker.silence()
      await page.evaluate(() => {
        // A headless browser never hides a page.
        for (const hidden of [true, false]) {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))
        }
      })
      await page.clock.fastForward(5_000)
      await says('no answer after the network, the page or the clock had changed')
      await says('authenticated')
    }))

  it('says why it has failed where the server does not know it, on a narrow screen too', async () => {
    serving.unsubscribe()
    await serve(createSimulator({ applications: [{ clientId: 'another', clientSecret: 'secret' }] }))
    await terminal(async ({ overhang, page, says }) => {
      await says('failed')
      await page.getByRole('alert').filter({ hasText: 'CH_CLIENT_AUTH_FAILURE' }).waitFor()
      expect(await overhang()).toBe(0)
    }, phone)
  })

  it('still shows what is in doubt when it has failed, and nothing that is old', () =>
    terminal(async ({ buy, orderIs, page, panel, priceMoves, says }) => {
      await says('authenticated')
      await priceMoves(ALWAYS_OPEN)
      broker.fault({ kind: 'delay', ms: 5_000 })
      await buy(ALWAYS_OPEN)
      await orderIs('sent')
      broker.fault({ kind: 'tokenExpiry' })
      broker.drop()
      await says('failed')
      await orderIs('outcomeUnknown')
      await panel('Quotes').waitFor({ state: 'detached' })
      expect(await page.getByRole('region').count()).toBe(1)
    }))
})
