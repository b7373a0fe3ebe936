import { createRequire } from 'node:module'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { other } from '../others.mjs'
import { check, run } from '../run.mjs'

const require = createRequire(import.meta.url)
// Without its dependencies, minified. The whole of the package is more than three times that.
const OURS = 98_700
// With them: half of it is RxJS, which bundlers take as CommonJS for Node.
const ALL = 318_000

const esbuild = async (cwd, entry) => {
  const outfile = join(cwd, `${entry}.esbuild.cjs`)
  const { metafile, warnings } = await build({
    absWorkingDir: cwd,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    minify: true,
    metafile: true,
    outfile,
    logLevel: 'silent',
    tsconfigRaw: {},
  })
  const size = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path]) => path.includes('/rx-ctrader/'))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)
  return { outfile, size, bound: OURS, said: warnings.map(({ text }) => text).join(', ') }
}

const webpack = async (cwd, entry) => {
  const filename = `${entry}.webpack.cjs`
  const config = {
    context: cwd,
    mode: 'production',
    target: 'node',
    entry: `./${entry}`,
    output: { path: cwd, filename },
    // What `ws` takes where it is installed; webpack warns of it in every program that has `ws`.
    resolve: { alias: { bufferutil: false, 'utf-8-validate': false } },
  }
  const stats = await new Promise((resolve, reject) => {
    require(other('webpack'))(config, (error, result) => (error ? reject(error) : resolve(result)))
  })
  const outfile = join(cwd, filename)
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
  // Without an output there is nothing else to check.
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join(', '))
  const said = warnings.map(({ message }) => message).join(', ')
  return { outfile, size: statSync(outfile).size, bound: ALL, said }
}

/** Bundled for Node: without a warning, only what is used of it, and one copy for import and require. */
export const servers = async ({ consumer }) => {
  const cwd = await consumer('servers', { has: ['server.mjs', 'mixed.cjs'] })
  for (const [name, bundle] of Object.entries({ esbuild, webpack })) {
    const server = await bundle(cwd, 'server.mjs')
    check(`${name} for Node, warnings`, server.said, '')
    check(`${name} for Node, ${server.size} bytes`, String(server.size <= server.bound), 'true')
    check(
      `${name} for Node, run`,
      await run(process.execPath, [server.outfile]),
      'connecting,reconnecting function',
    )
    const mixed = await bundle(cwd, 'mixed.cjs')
    check(`${name} for Node, import and require`, await run(process.execPath, [mixed.outfile]), 'same true')
  }
}
