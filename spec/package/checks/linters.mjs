import { join } from 'node:path'
import { check, manifestOf, run, scriptOf } from '../run.mjs'

const modules = join(process.cwd(), 'node_modules')

/** The ecosystem's own checkers of packages: not a warning, not even a suggestion. */
export const linters = async ({ tarball, installed }) => {
  const publint = scriptOf(join(modules, 'publint'), 'publint')
  const said = await run(process.execPath, [publint, '--strict', tarball])
  check('publint', said.trim().split('\n').at(-1), 'All good!')

  const attw = scriptOf(join(modules, '@arethetypeswrong', 'cli'), 'attw')
  const found = await run(process.execPath, [attw, '--no-emoji', tarball])
  check('attw', /No problems found/.exec(found)?.[0] ?? found, 'No problems found')

  // Webpack takes modules for scripts where the nearest package.json says "commonjs", as ours does for Node. And where
  // it says "module", each import has to name a file, which those of fp-ts do not.
  const esm = manifestOf(join(installed, 'dist', 'esm'))
  check('modules, for webpack', JSON.stringify(esm), '{"sideEffects":false}')
}
