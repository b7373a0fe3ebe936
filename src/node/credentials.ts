import { existsSync, readFileSync, statSync } from 'node:fs'
import { invalidOption } from '../errors'
import type { Environment } from '../errorFields'

/** The content of `credentials.json`: what a program needs to authenticate one account. */
export interface Credentials {
  readonly accountId: number
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly refreshToken: string
  /** When the access token expires, in ms since the epoch, if known. */
  readonly expiresAt?: number
  /** Which host. If it is missing, `findEnvironment` finds it out. */
  readonly environment?: Environment
  /** The URL of another server than cTrader's, such as a simulator's. */
  readonly server?: string
}

type Fields = Readonly<Record<string, unknown>>

const texts = ['clientId', 'clientSecret', 'accessToken', 'refreshToken'] as const

const jsonToken = /\s*(?:[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/y

/**
 * Where a JSON text is wrong. The engine's message has a position for some mistakes only, and otherwise quotes the
 * text, which may hold secrets. So first find the end of the valid tokens, then use the engine's position.
 */
const placeOf = (text: string, error: unknown): string => {
  jsonToken.lastIndex = 0
  let position = 0
  while (jsonToken.test(text)) position = jsonToken.lastIndex
  position += /^\s*/.exec(text.slice(position))?.[0].length ?? 0
  if (position === text.length) {
    const told = / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(String(error))?.[1]
    position = told === undefined ? position : Number(told)
  }
  const lines = text.slice(0, position).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

const parse = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidOption(path, `is not valid JSON (${placeOf(text, error)})`)
  }
}

const read = (path: string): string => {
  try {
    // Editors on Windows may begin a text with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw invalidOption(path, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
}

/** The content of a text file and its JSON object. Errors name the place of a mistake, never a value. */
export const readObject = (path: string): { readonly text: string; readonly fields: Fields } => {
  const text = read(path)
  const fields = parse(path, text)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw invalidOption(path, 'must hold a JSON object')
  return { text, fields: fields as Fields }
}

const credentialsOf = (path: string, given: Fields): Credentials => {
  const wrong = (field: string, detail: string): Error => invalidOption(`${field} in ${path}`, detail)

  const { accountId, environment, expiresAt, server } = given
  if (accountId === undefined) throw wrong('accountId', 'is missing')
  if (!Number.isSafeInteger(accountId) || (accountId as number) <= 0)
    throw wrong('accountId', 'must be a positive whole number, without quotes')
  for (const field of texts) {
    if (given[field] === undefined) throw wrong(field, 'is missing')
    if (typeof given[field] !== 'string') throw wrong(field, 'must be a string')
    if (given[field] === '') throw wrong(field, 'is empty')
  }
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw wrong('expiresAt', 'must be a time in ms since the epoch')
  if (environment !== undefined && environment !== 'demo' && environment !== 'live')
    throw wrong('environment', "must be 'demo' or 'live'")
  if (server !== undefined && (typeof server !== 'string' || !URL.canParse(server)))
    throw wrong('server', 'must be a URL')
  return given as unknown as Credentials
}

/**
 * The credentials in a JSON file, or `undefined` if there is no such file. Throws `InvalidOption` if something is
 * missing or wrong, with the name of the field and never its value. Warns if other users may read the file, with
 * the command that corrects it.
 *
 * ```ts
 * const credentials = readCredentials('credentials.json')
 * ```
 */
export const readCredentials = (
  path: string,
  warn: (line: string) => void = console.warn,
): Credentials | undefined => {
  if (!existsSync(path)) return undefined
  // Windows has no such modes and reports every file as readable by all.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o044) !== 0)
    warn(
      `${path} can be read by others on this machine; to keep it to yourself: chmod 600 ${/^[\w./-]+$/.test(path) ? path : `'${path}'`}`,
    )
  return credentialsOf(path, readObject(path).fields)
}
