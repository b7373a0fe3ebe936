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
import { checkAccount } from './accounts'
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

const limitNames: NamesOf<Limits> = { live: true, historical: true, connections: true }

const applicationNames: NamesOf<Application> = {
  clientId: true,
  clientSecret: true,
  active: true,
  redirectUris: true,
}

const grantNames: NamesOf<Grant> = {
  accessToken: true,
  refreshToken: true,
  accountIds: true,
  permissionScope: true,
  expiresAt: true,
  userId: true,
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

const checkNumber = (option: string, value: unknown, least: number): void => {
  if (value !== undefined && !(typeof value === 'number' && value >= least))
    throw invalidOption(option, `must be a number of at least ${least}`)
}

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
  if (limits) {
    checkNames(limits, limitNames, 'limits.')
    for (const [name, limit] of Object.entries(limits)) checkNumber(`limits.${name}`, limit, 0)
  }
  checkNames(unknowns, defaultUnknowns, 'unknowns.')
  checkHolidayLists(options.holidays ?? {})
  checkFills(options.fills ?? {})
  const { applications = [], accounts = [], grants = [] } = options
  applications.forEach((one, index) => {
    checkNames(one, applicationNames, `applications.${index}.`)
  })
  accounts.forEach((one, index) => {
    checkAccount(one, `accounts.${index}.`)
  })
  grants.forEach((one, index) => {
    checkNames(one, grantNames, `grants.${index}.`)
  })
}
