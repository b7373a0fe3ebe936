/**
 * What the compiler does not write of the built package: `node spec/package/entries.mjs esm` says that the ES modules have
 * no side effects, `types` gives each entry of theirs its types.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [what] = process.argv.slice(2)

if (what === 'esm') writeFileSync('dist/esm/package.json', '{ "sideEffects": false }\n')
else
  for (const entry of ['.', 'simulator', 'testing', 'recording', 'angular'])
    writeFileSync(join('dist/types', entry, 'index.d.mts'), "export * from './index.js'\n")
