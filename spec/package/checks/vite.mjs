import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { other } from '../others.mjs'
import { check, run, scriptOf } from '../run.mjs'

const makes = {
  'index.html': '<!doctype html><title>Prices</title><script type="module" src="page.js"></script>',
  // What Vite adds for browsers that cannot preload modules needs a page, and this is run by Node.
  'vite.config.mjs': 'export default { logLevel: "warn", build: { modulePreload: { polyfill: false } } }',
  'package.json': '{ "type": "module" }',
}

/** Built by Vite for browsers, without a warning, and what it has built runs. */
export const vite = async ({ consumer }) => {
  const cwd = await consumer('vite', { has: ['page.js'], makes })
  check('Vite, build', await run(process.execPath, [scriptOf(other('vite'), 'vite'), 'build'], { cwd }), '')
  const assets = join(cwd, 'dist', 'assets')
  const [built, ...more] = readdirSync(assets)
  check('Vite, files', String(more.length), '0')
  check('Vite, run', await run(process.execPath, [join(assets, built)]), 'priced: true')
}
