import { invalidOption } from '../errors'
import type { Environment } from '../errorFields'
import { checkDuration, checkNames } from '../options'
import type { Application } from './model/applications'
import type { Grant, IdentityOptions, TradingAccount } from './model/identity'
import type { Limits } from './server/rateLimiter'
import type { ProtoOAHoliday } from '../protocol/messages/symbols'
import { catalogue } from './market/catalogue/catalogue'
import { checkHolidays, holidayTerms } from './market/catalogue/holidayOptions'
import type { HolidayOptions } from './market/catalogue/holidayOptions'
import type { Market } from './market/model/market'
import type { SymbolOptions } from './market/catalogue/ownSymbols'
import type { History } from './market/history/history'
import type { PreparedHistory } from './market/history/readHistory'
import { checkFills } from './model/fills'
import type { Fills } from './model/fills'
import { defaultUnknowns } from './model/unknowns'
import type { Unknowns } from './model/unknowns'

/** Settings of a simulator. */
export interface SimulatorOptions extends Partial<IdentityOptions> {
  /** The same seed gives the same market and the same ids. Default 1. */
  readonly seed?: number
  /** Which host this is. Accounts of the other environment are not routed. Default 'demo'. */
  readonly environment?: Environment
  /**
   * The market's time when the simulator is made, in ms since the epoch. Default the scheduler's time; in virtual
   * time a Wednesday at noon.
   */
  readonly start?: number
  /**
   * The past and the future of the market, instead of made-up prices: bars or ticks of one or more symbols, oldest
   * first. The market has these symbols only. What comes before `start` is its past. `start` is by default the first
   * time at which each symbol has a price.
   */
  readonly history?: readonly History[]
  /** Symbols of one's own, or other terms of symbols that are there. */
  readonly symbols?: readonly SymbolOptions[]
  /** How orders are filled. Default as on the live server; with `history`, see `Fills`. */
  readonly fills?: Fills
  /** How many times as fast as the scheduler's time the market's time goes. Default 1. */
  readonly speed?: number
  /** The limits of requests and connections. Default as on the live server; `false` for no limits. */
  readonly limits?: Partial<Limits> | false
  /** The behaviour that is not known of the live server. Default the most likely one. */
  readonly unknowns?: Partial<Unknowns>
  /**
   * Holidays of the symbols that every simulator has, by their ids: the market is closed then. Symbols of one's own
   * have theirs in `symbols`. The default zone is that of New York. An
   * `endSecond` that is absent or 0 is the end of the day.
   */
  readonly holidays?: Readonly<Record<number, readonly HolidayOptions[]>>
  /** The delay of a frame on the in-memory line, in ms. Default 0. */
  readonly latency?: number
  /**
   * Whether a line has the timers of a real one: heartbeats, and the end of a line on which the client is silent.
   * Default true. In years of virtual time they would be most of the work.
   *
   * @internal
   */
  readonly lineTimers?: boolean
  /**
   * Replaces the market of the seed, which is valid up to the start.
   *
   * @internal
   */
  readonly market?: (made: Market, start: number) => Market
  /**
   * A history that was read before, in the place of `history`: several simulators may have the same.
   *
   * @internal
   */
  readonly prepared?: readonly PreparedHistory[]
}

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

const accountNames: NamesOf<TradingAccount> = {
  accountId: true,
  isLive: true,
  traderLogin: true,
  brokerTitleShort: true,
  accountType: true,
  depositAsset: true,
  balance: true,
  moneyDigits: true,
  leverage: true,
  accessRights: true,
  totalMarginCalculationType: true,
  isLimitedRisk: true,
  limitedRiskMarginCalculationStrategy: true,
  managerBonus: true,
  ibBonus: true,
  nonWithdrawableBonus: true,
  symbols: true,
  swapFree: true,
  stopOutLevel: true,
  stopOutStrategy: true,
  marginCallLevels: true,
}

const grantNames: NamesOf<Grant> = {
  accessToken: true,
  refreshToken: true,
  accountIds: true,
  permissionScope: true,
  expiresAt: true,
  userId: true,
}

/** The numbers of an account that cannot be negative. */
const amounts = [
  'balance',
  'moneyDigits',
  'leverage',
  'managerBonus',
  'ibBonus',
  'nonWithdrawableBonus',
  'stopOutLevel',
] as const

/** Throws `InvalidOption` for an amount that no account can have. Money that is not finite would spread to all sums. */
export const checkAmounts = (account: Partial<TradingAccount>, within: string): void => {
  for (const name of amounts) {
    const value: unknown = account[name]
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value < Infinity))
      throw invalidOption(`${within}${name}`, 'must be a number of at least 0')
  }
  if (account.leverage === 0) throw invalidOption(`${within}leverage`, 'must be above 0')
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

/** Throws `InvalidOption` for a symbol in the list of an account that the market does not have. */
export const checkSymbolLists = (
  accounts: readonly TradingAccount[],
  symbols: readonly { readonly light: { readonly symbolName?: string } }[],
): void => {
  accounts.forEach(({ symbols: names }, index) => {
    if (names !== undefined && !Array.isArray(names))
      throw invalidOption(`accounts.${index}.symbols`, 'must be a list of names')
    names?.forEach((name, i) => {
      if (!symbols.some(({ light }) => light.symbolName === name))
        throw invalidOption(`accounts.${index}.symbols.${i}`, 'is not the name of a symbol of the market')
    })
  })
}

/** Throws `InvalidOption` for an account in money that is no asset of the market. */
export const checkDeposits = (
  accounts: readonly TradingAccount[],
  assets: readonly { readonly name: string }[],
): void => {
  accounts.forEach(({ depositAsset = 'USD' }, index) => {
    if (!assets.some(({ name }) => name === depositAsset))
      throw invalidOption(`accounts.${index}.depositAsset`, 'is not the name of an asset, such as EUR')
  })
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
    checkNames(one, accountNames, `accounts.${index}.`)
    checkAmounts(one, `accounts.${index}.`)
  })
  grants.forEach((one, index) => {
    checkNames(one, grantNames, `grants.${index}.`)
  })
}
