import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Authenticate, Entitle } from '../../gateway'
import { Mistake } from '../outcome'

/** What finds sessions, and perhaps their rights. */
export interface SessionModule {
  readonly authenticate: Authenticate
  readonly entitle?: Entitle
}

/** The text of an error of the module may have a secret. Its kind and its line have none. */
const load = (path: string): Readonly<Record<string, unknown>> => {
  try {
    return createRequire(path)(path) as Readonly<Record<string, unknown>>
  } catch (error) {
    const { code, name, stack } = Object(error) as Partial<NodeJS.ErrnoException>
    if (code === 'ERR_REQUIRE_ASYNC_MODULE')
      throw new Mistake(`sessions: ${path} has await outside of its functions: use it in authenticate.`)
    const line = stack?.split(`${path}:`)[1]?.match(/^\d+/)?.[0]
    const place = line === undefined ? '' : ` in line ${line}`
    throw new Mistake(`sessions: ${path} cannot be loaded: ${code ?? name ?? 'an error'}${place}.`)
  }
}

/** The functions of a module in JavaScript. */
export const loadSessions = (path: string): SessionModule => {
  if (!existsSync(path)) throw new Mistake(`sessions: there is no file ${path}.`)
  if (!statSync(path).isFile()) throw new Mistake(`sessions: ${path} is not a file.`)
  const names = load(path)
  const { authenticate, entitle } = names
  if (typeof authenticate !== 'function')
    throw new Mistake(`sessions: ${path} exports no function authenticate.`)
  if (entitle !== undefined && typeof entitle !== 'function')
    throw new Mistake(`sessions: entitle of ${path} must be a function.`)
  return names as unknown as SessionModule
}
