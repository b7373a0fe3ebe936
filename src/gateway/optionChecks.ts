import { invalidOption } from '../errors'
import { checkDuration, checkNames } from '../options'
import type { AppCredentials } from '../session/authentication/auth'
import type { PeerLimits } from './edge/lineState'
import { checkEnvironment, isObject, requireText, requireWhole } from './model/valueChecks'
import type { LineOptions } from './owner/session/ownedLine'

const requireFunction = (option: string, value: unknown): void => {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
}

/** Throws `InvalidOption` if the options are no object, or if one of them is not known. */
export const checkOptions = (options: unknown, names: object): void => {
  if (!isObject(options)) throw invalidOption('options', 'must be an object')
  checkNames(options, names)
}

export const requireFunctions = (functions: Readonly<Record<string, unknown>>): void => {
  for (const [option, value] of Object.entries(functions)) requireFunction(option, value)
}

const requireMethods = (option: string, value: unknown, names: readonly string[]): void => {
  if (!isObject(value)) throw invalidOption(option, 'must be an object')
  for (const name of names) requireFunction(`${option}.${name}`, value[name])
}

export const checkApplication = (application: unknown): void => {
  if (!isObject(application)) throw invalidOption('application', 'must be an object')
  checkNames(application, { clientId: true, clientSecret: true }, 'application.')
  const { clientId, clientSecret } = application as Partial<AppCredentials>
  requireText('application.clientId', clientId)
  if (typeof clientSecret !== 'function') requireText('application.clientSecret', clientSecret)
}

export const checkGrants = (grants: unknown): void => {
  requireMethods('grants', grants, ['load', 'save'])
  const { watch } = grants as Partial<Record<string, unknown>>
  if (watch !== undefined) requireFunction('grants.watch', watch)
}

export const checkBus = (bus: unknown): void => {
  requireMethods('bus', bus, ['publish', 'on', 'ask', 'serve', 'lease', 'log'])
}

const isOrigin = (u: unknown): boolean => typeof u === 'string' && URL.canParse(u) && new URL(u).origin === u

export const checkOrigins = (origins: unknown): void => {
  if (!Array.isArray(origins)) throw invalidOption('origins', 'must be a list of origins')
  origins.forEach((origin, index) => {
    if (!isOrigin(origin))
      throw invalidOption(`origins.${index}`, 'must be an origin, such as https://app.example.com')
  })
}

/** The lines where none are given. */
export const LINES: readonly LineOptions[] = [
  { name: 'demo', environment: 'demo' },
  { name: 'live', environment: 'live' },
]

export const checkLines = (lines: unknown): void => {
  if (!Array.isArray(lines) || lines.length === 0) throw invalidOption('lines', 'must be a list of lines')
  const names = new Set<unknown>()
  lines.forEach((line: unknown, index) => {
    const option = `lines.${index}`
    if (!isObject(line)) throw invalidOption(option, 'must be an object')
    checkNames(line, { name: true, environment: true, connect: true }, `${option}.`)
    requireText(`${option}.name`, line['name'])
    if (names.has(line['name'])) throw invalidOption(`${option}.name`, 'must be unique')
    names.add(line['name'])
    checkEnvironment(`${option}.environment`, line['environment'])
    if (line['connect'] !== undefined) requireFunction(`${option}.connect`, line['connect'])
  })
}

const LIMITS: PeerLimits = {
  framesPerSecond: 50,
  burst: 100,
  frameSize: 65_536,
  subscriptions: 1_000,
  linesPerUser: 5,
  maxRate: Infinity,
  liveWaiting: 100,
  historicalWaiting: 20,
}

/** They are per second, so that a part of one makes sense. */
const RATES: ReadonlySet<string> = new Set<keyof PeerLimits>(['framesPerSecond', 'maxRate'])

/** The checked limits, with defaults. */
export const readLimits = (limits: unknown = {}): PeerLimits => {
  if (!isObject(limits)) throw invalidOption('limits', 'must be an object')
  checkNames(limits, LIMITS, 'limits.')
  for (const [name, value] of Object.entries(limits)) {
    if (!(typeof value === 'number' && value >= 1))
      throw invalidOption(`limits.${name}`, 'must be at least 1')
    if (!RATES.has(name) && value !== Infinity) requireWhole(`limits.${name}`, value)
  }
  return { ...LIMITS, ...limits }
}

export const checkDurations = (durations: Readonly<Record<string, number>>): void => {
  for (const [option, value] of Object.entries(durations)) checkDuration(option, value)
}
