import { invalidOption } from '../errors'
import { checkDuration, checkNames } from '../options'
import type { AppCredentials } from '../session/authentication/auth'
import type { PeerLimits } from './edge/lineState'
import type { Session } from './model/session'
import type { LineOptions } from './owner/accounts/ownedLine'

const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const requireFunction = (option: string, value: unknown): void => {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
}

export const requireText = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a non-empty string')
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
  const { clientId, clientSecret } = application as Partial<AppCredentials>
  requireText('application.clientId', clientId)
  if (typeof clientSecret !== 'function') requireText('application.clientSecret', clientSecret)
}

export const checkGrants = (grants: unknown): void => {
  requireMethods('grants', grants, ['load', 'save'])
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

const checkEnvironment = (option: string, value: unknown): void => {
  if (value !== 'demo' && value !== 'live') throw invalidOption(option, "must be 'demo' or 'live'")
}

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

/** The checked limits, with defaults. */
export const readLimits = (limits: unknown = {}): PeerLimits => {
  if (!isObject(limits)) throw invalidOption('limits', 'must be an object')
  checkNames(limits, LIMITS, 'limits.')
  for (const [name, value] of Object.entries(limits))
    if (!(typeof value === 'number' && value >= 1))
      throw invalidOption(`limits.${name}`, 'must be at least 1')
  return { ...LIMITS, ...limits }
}

export const checkDurations = (durations: Readonly<Record<string, number>>): void => {
  for (const [option, value] of Object.entries(durations)) checkDuration(option, value)
}

/** Throws `InvalidOption`, naming the field, unless it can be the session of a user. */
export const checkSession = (session: unknown, within = ''): void => {
  const { userId, expiresAt } = Object(session) as Partial<Record<keyof Session, unknown>>
  requireText(`${within}userId`, userId)
  // A timer would take a date as 0, or never end.
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw invalidOption(`${within}expiresAt`, 'must be a finite number of ms since the epoch')
}

const requireWhole = (option: string, value: unknown): void => {
  if (!Number.isSafeInteger(value)) throw invalidOption(option, 'must be a whole number')
}

/** Throws `InvalidOption`, naming the field, unless they can be the accounts of a session. */
export const checkEntitlements = (entitlements: unknown): void => {
  if (!Array.isArray(entitlements)) throw invalidOption('value', 'must be a list of entitlements')
  entitlements.forEach((entitlement: unknown, index) => {
    if (!isObject(entitlement)) throw invalidOption(String(index), 'must be an object')
    const { accountId, environment, grantId, scope, traderLogin } = entitlement
    requireWhole(`${index}.accountId`, accountId)
    checkEnvironment(`${index}.environment`, environment)
    requireText(`${index}.grantId`, grantId)
    if (scope !== 'view' && scope !== 'trade')
      throw invalidOption(`${index}.scope`, "must be 'view' or 'trade'")
    if (traderLogin !== undefined) requireWhole(`${index}.traderLogin`, traderLogin)
  })
}
