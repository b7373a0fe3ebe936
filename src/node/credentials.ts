import { existsSync, readFileSync, statSync } from 'node:fs'
import { invalidOption } from '../errors'
import type { Environment } from '../session/client'

/** What a program needs to be authenticated for one account: the content of `credentials.json`. */
export interface Credentials {
  readonly accountId: number
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly refreshToken: string
  /** Which host; `environmentOf` finds it out where it is not given. */
  readonly environment?: Environment
}

const texts = ['clientId', 'clientSecret', 'accessToken', 'refreshToken'] as const

/** Where a JSON text breaks off, from the position the engine tells; its message also quotes the text, which we must not. */
const placeOf = (text: string, error: unknown): string => {
  const position = /at position (\d+)/.exec(String(error))?.[1]
  if (position === undefined) return ''
  const lines = text.slice(0, Number(position)).split('\n')
  return ` (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`
}

const parse = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidOption(path, `is not valid JSON${placeOf(text, error)}`)
  }
}

const credentialsOf = (path: string, parsed: unknown): Credentials => {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw invalidOption(path, 'must hold a JSON object')
  const given = parsed as Readonly<Record<string, unknown>>
  const wrong = (field: string, detail: string): Error => invalidOption(`${field} in ${path}`, detail)

  const { accountId, environment } = given
  if (accountId === undefined) throw wrong('accountId', 'is missing')
  if (!Number.isSafeInteger(accountId) || (accountId as number) <= 0)
    throw wrong('accountId', 'must be a positive whole number, without quotes')
  for (const field of texts) {
    if (given[field] === undefined) throw wrong(field, 'is missing')
    if (typeof given[field] !== 'string') throw wrong(field, 'must be a text')
    if (given[field] === '') throw wrong(field, 'is empty')
  }
  if (environment !== undefined && environment !== 'demo' && environment !== 'live')
    throw wrong('environment', "must be 'demo' or 'live'")
  return parsed as Credentials
}

/**
 * The credentials in a JSON file, or `undefined` if there is no such file. Throws `InvalidOption`, naming the field
 * and never its value, if something is missing or wrong; warns, with the command that mends it, if others may read the file.
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
    warn(`${path} can be read by others on this machine; to keep it to yourself: chmod 600 ${path}`)
  return credentialsOf(path, parse(path, readFileSync(path, 'utf8')))
}
