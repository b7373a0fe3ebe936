import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launch } from './chromium'
import { inTerminal } from './terminal'
import type { Scene, Terminal } from './terminal'

let browser: Browser
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-recording-'))
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

const terminal = (act: (terminal: Terminal) => Promise<void>, scene: Scene = {}) =>
  inTerminal(browser, scene, act)

/** The session in a file, as the button saves it. */
const save = async ({ page }: Terminal): Promise<string> => {
  const path = join(folder, 'session.jsonl')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save recording' }).click()
  await (await download).saveAs(path)
  return path
}

describe('a recording', () => {
  it('has the session from its beginning, without secrets, and is played in place of a server', () =>
    terminal(async kit => {
      const { page, panel, priceMoves, says } = kit
      await says('authenticated')
      await priceMoves('EURUSD')
      await kit.buy('EURUSD')
      await kit.orderIs('filled')
      await priceMoves('EURUSD')
      const path = await save(kit)
      const rows = readFileSync(path, 'utf8').trim().split('\n')
      expect(rows[0]).toContain('"line":"connecting"')
      expect(rows.join('\n')).not.toContain('"clientSecret":"demo"')

      await page.getByLabel('Recording').setInputFiles(path)
      // Another session: what was open in the one before is not there before it is played.
      await panel('Positions')
        .getByRole('row')
        .filter({ hasText: 'EURUSD' })
        .filter({ hasText: 'buy' })
        .waitFor()
      // It stays on the screen when the recording is over.
      await says(/loginRequired.*the recording has ended/, 60_000)
      expect(
        await panel('Quotes')
          .getByText(/^1\.\d/)
          .count(),
      ).toBeGreaterThan(0)
      expect(await page.getByText('Break it').count()).toBe(0)
      expect(await page.locator('app-root').count()).toBe(1)
    }))
})
