import { invalidOption } from '../../errors'
import { checkDuration, checkNames } from '../../options'
import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import { catalogue } from '../market/catalogue/catalogue'
import { checkHolidays, holidayTerms } from '../market/catalogue/holidayOptions'
import type { Application } from '../model/applications'
import { checkFills } from '../model/fills'
import type { Grant } from '../model/identity'
import { defaultUnknowns } from '../model/unknowns'
import type { Limits } from '../server/rateLimiter'
import type { Unknowns } from '../model/unknowns'
import { checkAccounts } from './accounts'
import { noRule, checkFields, factor, id, limit, eachItem, text, time } from './rules'
import type { Rules } from './rules'
import type { SimulatorOptions } from './simulatorOptions'

/** The names that something may have. */
type NamesOf<T> = Readonly<Record<keyof T, true>>

const optionNames: NamesOf<SimulatorOptions> = {
  seed: true,
  environment: true,
  start: true,
  speed: true,
  limits: true,
  unknowns: true,
  holidays: true,
  latency: true,
  lineTimers: true,
  market: true,
  prepared: true,
  history: true,
  symbols: true,
  fills: true,
  applications: true,
  accounts: true,
  grants: true,
  tokenLifetime: true,
}

const limitRules: Rules<Limits> = { live: limit, historical: limit, connections: limit }

const applicationRules: Rules<Application> = {
  clientId: text,
  clientSecret: text,
  active: noRule,
  redirectUris: eachItem(text),
}

const grantRules: Rules<Grant> = {
  accessToken: text,
  refreshToken: text,
  accountIds: eachItem(id),
  permissionScope: noRule,
  expiresAt: time,
  userId: noRule,
}

/** Unknown behaviour has the type of its default. */
const checkUnknowns = (unknowns: Partial<Unknowns>): void => {
  checkNames(unknowns, defaultUnknowns, 'unknowns.')
  for (const [name, usual] of Object.entries(defaultUnknowns)) {
    const value: unknown = unknowns[name as keyof Unknowns]
    if (value === undefined) continue
    if (typeof value !== typeof usual) throw invalidOption(`unknowns.${name}`, `must be a ${typeof usual}`)
    const wrong = typeof value === 'number' ? limit(value) : undefined
    if (wrong !== undefined) throw invalidOption(`unknowns.${name}`, wrong)
  }
}

const checkHolidayLists = (holidays: NonNullable<SimulatorOptions['holidays']>): void => {
  for (const [symbolId, those] of Object.entries(holidays)) {
    const option = `holidays.${symbolId}`
    if (!catalogue.symbols.some(({ light }) => String(light.symbolId) === symbolId))
      throw invalidOption(option, 'is not a symbol of the catalogue')
    checkHolidays(option, those)
  }
}

/** The holidays of each symbol, as its terms have them. */
export const holidaysBySymbol = (
  holidays: NonNullable<SimulatorOptions['holidays']>,
): ReadonlyMap<number, readonly ProtoOAHoliday[]> =>
  new Map(Object.entries(holidays).map(([symbolId, those]) => [Number(symbolId), holidayTerms(those)]))

// The market has no other years: there would be no bars, and the ids of its book would be negative.
const FIRST = Date.UTC(2000, 0)
const LAST = Date.UTC(2100, 0)

/** Throws `InvalidOption`, also for misspelt names: with a default instead, a test would test something else. */
export const checkOptions = (options: SimulatorOptions): void => {
  checkNames(options, optionNames)
  const { seed = 1, environment = 'demo', latency, limits, unknowns = {}, start, speed = 1 } = options
  if (!Number.isFinite(seed)) throw invalidOption('seed', 'must be a number')
  if (!['demo', 'live'].includes(environment)) throw invalidOption('environment', "must be 'demo' or 'live'")
  if (start !== undefined && !(start >= FIRST && start < LAST))
    throw invalidOption('start', 'must be a time from 2000 to 2099, in ms since the epoch')
  if (!(speed > 0 && speed < Infinity)) throw invalidOption('speed', 'must be a number above 0')
  if (latency !== undefined) checkDuration('latency', latency)
  if (limits) checkFields(limits, limitRules, { within: 'limits.' })
  checkUnknowns(unknowns)
  checkHolidayLists(options.holidays ?? {})
  checkFills(options.fills ?? {})
  const { applications = [], accounts = [], grants = [], tokenLifetime = 1 } = options
  applications.forEach((one, index) => {
    checkFields(one, applicationRules, {
      within: `applications.${index}.`,
      needs: ['clientId', 'clientSecret'],
    })
  })
  checkAccounts(accounts)
  grants.forEach((one, index) => {
    checkFields(one, grantRules, { within: `grants.${index}.`, needs: ['accessToken'] })
  })
  const wrong = factor(tokenLifetime)
  if (wrong !== undefined) throw invalidOption('tokenLifetime', wrong)
}
