import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { manifestOf, run } from './run.mjs'

const root = process.cwd()
const ours = join(root, 'node_modules')

/** The packed package, as it would go to the registry. */
export const pack = async destination => {
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination]
  const [{ filename, files }] = JSON.parse(await run('npm', packing, { warnings: 'pass' }))
  const strange = files
    .map(({ path }) => path)
    .filter(path => !/^(dist\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/.test(path))
  if (strange.length > 0) throw new Error(`packed by mistake: ${strange.join(', ')}`)
  return join(destination, filename)
}

/** A copy, with what it depends on: through a link, a package would find what it has not declared. */
const put = (modules, name, from = join(ours, name)) => {
  const target = join(modules, name)
  if (existsSync(target)) return
  cpSync(from, target, { recursive: true, filter: path => !path.slice(from.length).includes('node_modules') })
  for (const dependency of Object.keys(manifestOf(from).dependencies ?? {})) put(modules, dependency)
}

const unpack = async (tarball, modules) => {
  const target = join(modules, 'rx-ctrader')
  mkdirSync(target, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components', '1', '-C', target])
  return target
}

/** A folder in which the package is installed with what it declares and nothing else. */
export const install = async (tarball, folder) => {
  const modules = join(folder, 'node_modules')
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifestOf(await unpack(tarball, modules))
  const required = Object.keys(peerDependencies).filter(name => !peerDependenciesMeta[name]?.optional)
  for (const name of [...Object.keys(dependencies), ...required]) put(modules, name)
}

/**
 * A project in such a folder, with the package. `has` are files of `fixtures`, `makes` files by their text. `adds` are
 * further packages, by their names and the folders they are in.
 */
export const createConsumer = async (tarball, folder, { adds = {}, has = [], makes = {} }) => {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules, { recursive: true })
  for (const [name, from] of Object.entries(adds)) put(modules, name, from)
  if (Object.keys(adds).length > 0) await unpack(tarball, modules)
  for (const name of has) cpSync(resolve(root, 'spec/package/fixtures', name), join(folder, name))
  for (const [name, text] of Object.entries(makes)) writeFileSync(join(folder, name), text)
  return folder
}
