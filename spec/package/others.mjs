// Other releases of Node, TypeScript and Angular, and a bundler, in a project of their own. So our `npm ci` stays
// light, and our scripts do not run on a `node` of theirs.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'

const folder = join(process.cwd(), 'spec', 'package', 'consumers')
const wanted = `a package "node" for ${process.platform} on ${process.arch}`
const timeOf = path => (existsSync(path) ? statSync(path).mtimeMs : -Infinity)

/** The folder of one of them, by its name in `consumers/package.json`. */
export const other = name => join(folder, 'node_modules', name)

/** The Node of one of its majors. */
export const nodeOf = major =>
  join(other(`node-${major}`), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Installs them where they are missing, or older than their lock. */
export const installOthers = async majors => {
  const installed = timeOf(join(folder, 'node_modules', '.package-lock.json'))
  if (installed < timeOf(join(folder, 'package-lock.json'))) {
    console.log(
      'smoke: installing other releases of Node, TypeScript and Angular into spec/package/consumers, once',
    )
    const quietly = ['ci', '--prefix', folder, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
    await run('npm', quietly, { cwd: folder, warnings: 'pass' }).catch(({ message }) => {
      throw new Error(`smoke: they could not be installed; it takes the registry, and ${wanted}.\n${message}`)
    })
  }
  for (const major of majors) {
    if (existsSync(nodeOf(major))) continue
    throw new Error(`smoke: Node ${major} is missing; it takes ${wanted}, whose install script is let run.`)
  }
}
