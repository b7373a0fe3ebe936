import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { other } from '../others.mjs'
import { check, forEach, run, scriptOf } from '../run.mjs'

const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  // Our declarations too, though not those of the language.
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  // Neither a browser's nor Node's.
  lib: ['es2022'],
  types: [],
  target: 'es2022',
  // So that what is inferred from ours can be named.
  declaration: true,
  emitDeclarationOnly: true,
}

const ways = [
  { how: 'bundler', options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['types.ts'] },
  { how: 'nodenext', options: { module: 'nodenext' }, files: ['types.mts', 'types.cts'] },
]
// As a compiler takes it by itself that is told `module: commonjs`; those after 5.9 have left it.
const node10 = {
  how: 'node10',
  options: { module: 'commonjs', moduleResolution: 'node10' },
  files: ['types.ts'],
}

// All that RxJS wants of a platform.
const platform = 'declare const setTimeout: () => number'

/** Compiled by each TypeScript, however it looks for modules. */
export const types = async ({ consumer }) => {
  const text = readFileSync('spec/package/fixtures/types.ts', 'utf8')
  const makes = { 'types.ts': text, 'types.mts': text, 'types.cts': text, 'platform.d.ts': platform }
  const cwd = await consumer('types', { makes })
  const all = ['5.9', '6.0', '7.0'].flatMap(version =>
    [...ways, ...(version === '5.9' ? [node10] : [])].map(way => ({ version, ...way })),
  )
  await forEach(all, async ({ version, how, options, files }) => {
    const project = join(cwd, `${how}-${version}.json`)
    const compilerOptions = { ...strictest, ...options, outDir: `${how}-${version}` }
    writeFileSync(project, JSON.stringify({ compilerOptions, files: [...files, 'platform.d.ts'] }))
    const tsc = scriptOf(other(`typescript-${version}`), 'tsc')
    check(`TypeScript ${version}, ${how}`, await run(process.execPath, [tsc, '-p', project], { cwd }), '')
  })
}
