import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, serveFolder } from './site'
import type { Site } from './site'

declare global {
  /** Undoes what was set up. */
  var takeDown: () => void
}

/** Builds the terminal once for all specs, which find it by the environment. */
export default async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-terminal-'))
  let site: Site | undefined
  globalThis.takeDown = () => {
    site?.close()
    rmSync(folder, { recursive: true })
  }
  try {
    process.env['TERMINAL_BUILD'] = await build(folder)
    site = await serveFolder(join(folder, 'browser'))
  } catch (error) {
    globalThis.takeDown()
    throw error
  }
  process.env['TERMINAL_FOLDER'] = folder
  process.env['TERMINAL_URL'] = site.url
}
