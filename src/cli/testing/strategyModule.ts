import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Strategy } from '../../backtest'
import { Mistake } from '../outcome'

const isTypeScript = (path: string): boolean => /\.[cm]?ts$/.test(path)

/** Whether this Node runs TypeScript by itself: 22.18 and later do. */
const runsTypeScript = (): boolean =>
  Boolean((process.features as { readonly typescript?: unknown }).typescript)

/** Lets `require` load TypeScript, by the `tsx` that is installed beside the strategy. */
const useTsx = (load: NodeJS.Require, path: string): void => {
  try {
    const { register } = load('tsx/cjs/api') as { readonly register: () => unknown }
    register()
  } catch {
    throw new Mistake(
      `${path} is TypeScript. Node ${process.versions.node} does not run it: use Node 22.18 or later, or npm install tsx.`,
    )
  }
}

/** The strategy of a module: what it exports under this name. */
export const loadStrategy = (
  path: string,
  folder: string,
  name = 'default',
): { readonly file: string; readonly strategy: Strategy; readonly isPlain: boolean } => {
  const file = resolve(folder, path)
  if (!existsSync(file)) throw new Mistake(`There is no file ${path}.`)
  const load = createRequire(file)
  const isPlain = !isTypeScript(file) || runsTypeScript()
  if (!isPlain) useTsx(load, path)
  const names = load(file) as Readonly<Record<string, unknown>>
  const only = Object.values(names).filter(value => typeof value === 'function')
  const strategy = names[name] ?? (name === 'default' && only.length === 1 ? only[0] : undefined)
  if (typeof strategy !== 'function')
    throw new Mistake(
      `${path} exports no function ${name}. It exports ${Object.keys(names).join(', ') || 'nothing'}: choose one with --export.`,
    )
  return { file, strategy: strategy as Strategy, isPlain }
}
