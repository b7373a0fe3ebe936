import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Authenticate, Entitle } from '../../gateway'
import { Mistake } from '../outcome'

/** What finds sessions, and perhaps their rights. */
export interface SessionModule {
  readonly authenticate: Authenticate
  readonly entitle?: Entitle
}

/** The functions of a module in JavaScript. */
export const loadSessions = (path: string): SessionModule => {
  if (!existsSync(path)) throw new Mistake(`sessions: there is no file ${path}.`)
  const names = createRequire(path)(path) as Readonly<Record<string, unknown>>
  const { authenticate, entitle } = names
  if (typeof authenticate !== 'function')
    throw new Mistake(`sessions: ${path} exports no function authenticate.`)
  if (entitle !== undefined && typeof entitle !== 'function')
    throw new Mistake(`sessions: entitle of ${path} must be a function.`)
  return names as unknown as SessionModule
}
