/**
 * What the compiler does not write of the built package. `node spec/package/entries.mjs cjs` gives each entry an ES
 * module for Node, which has the names of the CommonJS and no state. `esm` says that the ES modules have no side
 * effects. `types` gives each entry of the ES modules its types.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const entries = Object.entries(JSON.parse(readFileSync('package.json', 'utf8')).exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path]) => path)

const require = createRequire(import.meta.url)

const write = {
  cjs: () => {
    for (const entry of entries) {
      const folder = resolve('dist/cjs', entry)
      const names = Object.keys(require(join(folder, 'index.js'))).sort()
      writeFileSync(join(folder, 'index.mjs'), `export {\n  ${names.join(',\n  ')},\n} from './index.js'\n`)
    }
  },
  esm: () => writeFileSync('dist/esm/package.json', '{ "sideEffects": false }\n'),
  types: () => {
    for (const entry of entries)
      writeFileSync(join('dist/types', entry, 'index.d.mts'), "export * from './index.js'\n")
  },
}

const [what] = process.argv.slice(2)
write[what]()
