import { invalidOption } from '../../../errors'
import { checkNames } from '../../../options'
import { ProtoOACommissionType } from '../../../protocol/messages/enums'
import type { ProtoOAAsset, ProtoOAInterval } from '../../../protocol/messages/symbols'
import type { Catalogue, ListedSymbol } from '../model/market'
import { checkHolidays, holidayTerms } from './holidayOptions'
import type { HolidayOptions } from './holidayOptions'
import { checkSchedule } from './schedules'

/** What a broker takes for each side of a trade. */
export type Commission =
  { readonly usdPerMillion: number } | { readonly usdPerLot: number } | { readonly percent: number }

/** A symbol of one's own, or other terms of a symbol that is there. What is left out is as of the symbol it is like. */
export interface SymbolOptions {
  /** Its name, such as `'EURUSD.r'`. The name of a symbol that is there changes its terms. */
  readonly name: string
  /**
   * The name of the symbol whose terms it has, and whose prices if it has no history. Default: the symbol with the
   * same assets; otherwise the terms are those of EURUSD, and a history is needed.
   */
  readonly like?: string
  /** The names of its assets, such as `'EUR'` and `'USD'`. Default: the first three letters, and the next three. */
  readonly base?: string
  readonly quote?: string
  /** Decimals of its price. */
  readonly digits?: number
  /** The decimal that is a pip: 4 is 0.0001. */
  readonly pipPosition?: number
  /** Units of the base asset in a lot. */
  readonly lotSize?: number
  /** The volumes of orders, in units of the base asset. */
  readonly volumes?: { readonly min?: number; readonly step?: number; readonly max?: number }
  /** For each side of a trade; 0 for none. */
  readonly commission?: Commission | 0
  /** For each night, in the unit of the symbol it is like: pips for currencies. A cost is negative; 0 for none. */
  readonly swap?: { readonly long: number; readonly short: number } | 0
  /** When it trades, in seconds since Sunday 00:00 New York. */
  readonly schedule?: readonly ProtoOAInterval[]
  /** Days on which it does not trade, or not the whole day. Default: those of the symbol it is like, which has none. */
  readonly holidays?: readonly HolidayOptions[]
}

/** A symbol of one's own, ready for a market. */
export interface OwnSymbol {
  readonly listed: ListedSymbol
  /** The id of the symbol whose prices it has; `undefined` if it needs a history. */
  readonly pricesOf: number | undefined
}

type Terms = ListedSymbol['terms']

const FIRST_OWN_ID = 10_001
const FIRST_OWN_ASSET = 1_001
const PRECISE = 100_000_000
const PRECISE_PERCENT = 100_000

const commissionTerms = (commission: Commission | 0): Partial<Terms> => {
  const tariff = (commissionType: ProtoOACommissionType, rate: number, precise: number): Partial<Terms> => ({
    commissionType,
    commission: Math.round(rate * 100),
    preciseTradingCommissionRate: Math.round(rate * precise),
    minCommission: 0,
    preciseMinCommission: 0,
  })
  if (commission === 0) return tariff(ProtoOACommissionType.USD_PER_LOT, 0, PRECISE)
  if ('usdPerMillion' in commission)
    return tariff(ProtoOACommissionType.USD_PER_MILLION_USD, commission.usdPerMillion, PRECISE)
  if ('usdPerLot' in commission)
    return tariff(ProtoOACommissionType.USD_PER_LOT, commission.usdPerLot, PRECISE)
  return tariff(ProtoOACommissionType.PERCENTAGE_OF_VALUE, commission.percent, PRECISE_PERCENT)
}

const inCents = (units: number): number => Math.round(units * 100)

const termsOf = (like: Terms, symbolId: number, own: SymbolOptions): Terms => {
  const {
    digits,
    pipPosition,
    lotSize,
    volumes: { min, step, max } = {},
    commission,
    swap,
    schedule,
    holidays,
  } = own
  return {
    ...like,
    symbolId,
    ...(digits !== undefined && { digits }),
    ...(pipPosition !== undefined && { pipPosition }),
    ...(lotSize !== undefined && { lotSize: inCents(lotSize) }),
    ...(min !== undefined && { minVolume: inCents(min) }),
    ...((step ?? min) !== undefined && { stepVolume: inCents(step ?? min ?? 0) }),
    ...(max !== undefined && { maxVolume: inCents(max) }),
    ...(commission !== undefined && commissionTerms(commission)),
    ...(swap === 0 && { swapLong: 0, swapShort: 0 }),
    ...(swap !== undefined && swap !== 0 && { swapLong: swap.long, swapShort: swap.short }),
    ...(schedule !== undefined && { schedule }),
    ...(holidays !== undefined && { holiday: holidayTerms(holidays) }),
  }
}

const numbers = ['digits', 'pipPosition', 'lotSize'] as const
const WHOLE_DIGITS = 5

const names: Readonly<Record<keyof SymbolOptions, true>> = {
  name: true,
  like: true,
  base: true,
  quote: true,
  digits: true,
  pipPosition: true,
  lotSize: true,
  volumes: true,
  commission: true,
  swap: true,
  schedule: true,
  holidays: true,
}

const checkAmount = (option: string, value: unknown): void => {
  if (!(typeof value === 'number' && Number.isFinite(value) && value >= 0))
    throw invalidOption(option, 'must be a number of at least 0')
}

/** A volume is divided by it. */
const checkSize = (option: string, value: unknown): void => {
  checkAmount(option, value)
  if (value === 0) throw invalidOption(option, 'must be above 0')
}

const check = (option: string, own: SymbolOptions): void => {
  checkNames(own, names, `${option}.`)
  if (typeof own.name !== 'string' || own.name === '') throw invalidOption(`${option}.name`, 'must be a name')
  for (const name of numbers) checkAmount(`${option}.${name}`, own[name] ?? 0)
  const { commission = 0, swap = 0, volumes = {}, schedule, holidays = [] } = own
  if (schedule !== undefined) checkSchedule(`${option}.schedule`, schedule)
  checkHolidays(`${option}.holidays`, holidays)
  checkNames(volumes, { min: true, step: true, max: true }, `${option}.volumes.`)
  for (const [name, value] of Object.entries(volumes)) checkSize(`${option}.volumes.${name}`, value)
  if ((volumes.min ?? 0) > (volumes.max ?? Infinity))
    throw invalidOption(`${option}.volumes.max`, 'is less than the least volume')
  if (own.lotSize !== undefined) checkSize(`${option}.lotSize`, own.lotSize)
  if (swap !== 0)
    for (const name of ['long', 'short'] as const)
      if (!Number.isFinite(swap[name])) throw invalidOption(`${option}.swap.${name}`, 'must be a number')
  if (commission !== 0) {
    const [kind, ...others] = typeof commission === 'object' ? Object.entries(commission) : []
    if (!kind || others.length > 0 || !['usdPerMillion', 'usdPerLot', 'percent'].includes(kind[0]))
      throw invalidOption(`${option}.commission`, 'must be 0, or one of usdPerMillion, usdPerLot and percent')
    checkAmount(`${option}.commission.${kind[0]}`, kind[1])
  }
  if (!Number.isInteger(own.pipPosition ?? 0))
    throw invalidOption(`${option}.pipPosition`, 'must be a whole number')
  if (own.digits !== undefined && !(Number.isInteger(own.digits) && own.digits <= WHOLE_DIGITS))
    throw invalidOption(`${option}.digits`, `must be a whole number from 0 to ${WHOLE_DIGITS}`)
}

/** The catalogue with symbols of one's own. Throws `InvalidOption` with the name of the field. */
export const withOwnSymbols = (
  catalogue: Catalogue,
  owns: readonly SymbolOptions[],
): { readonly catalogue: Catalogue; readonly own: readonly OwnSymbol[] } => {
  const assets: ProtoOAAsset[] = [...catalogue.assets]
  const assetId = (option: string, name: string): number => {
    if (name === '') throw invalidOption(option, 'must be the name of an asset, such as EUR')
    const known = assets.find(asset => asset.name === name)
    if (known) return known.assetId
    const added = FIRST_OWN_ASSET + assets.length - catalogue.assets.length
    assets.push({ assetId: added, name, displayName: name, digits: 2 })
    return added
  }
  const named = (name: string): ListedSymbol | undefined =>
    catalogue.symbols.find(({ light }) => light.symbolName === name)

  const own = owns.map((options, i): OwnSymbol => {
    const option = `symbols.${i}`
    check(option, options)
    const replaced = named(options.name)
    const asked = options.like === undefined ? undefined : named(options.like)
    if (options.like !== undefined && !asked)
      throw invalidOption(`${option}.like`, 'is not a symbol of the catalogue')
    const letters = options.name.replace(/[^A-Za-z]/g, '').toUpperCase()
    const twin = replaced ?? asked ?? named(letters.slice(0, 6))
    const assetOf = (side: 'base' | 'quote', known: number | undefined, guess: string): number => {
      const name = options[side]
      return name === undefined && known !== undefined ? known : assetId(`${option}.${side}`, name ?? guess)
    }
    const base = assetOf('base', twin?.light.baseAssetId, letters.slice(0, 3))
    const quote = assetOf('quote', twin?.light.quoteAssetId, letters.slice(3, 6))
    const like = twin ?? catalogue.symbols.find(({ light }) => light.symbolName === 'EURUSD')
    if (!like) throw invalidOption(`${option}.like`, 'is needed')
    const symbolId = replaced?.light.symbolId ?? FIRST_OWN_ID + i
    return {
      listed: {
        light: { ...like.light, symbolId, symbolName: options.name, baseAssetId: base, quoteAssetId: quote },
        terms: termsOf(like.terms, symbolId, options),
      },
      pricesOf: twin?.light.symbolId,
    }
  })
  const replacing = new Map(own.map(({ listed }) => [listed.light.symbolId, listed]))
  const old = catalogue.symbols.map(symbol => replacing.get(symbol.light.symbolId) ?? symbol)
  const added = own.flatMap(({ listed }) => (old.includes(listed) ? [] : [listed]))
  return { catalogue: { ...catalogue, assets, symbols: [...old, ...added] }, own }
}

/** Throws `InvalidOption` for a symbol that is like no other and has no history. */
export const checkHasPrices = (
  own: readonly OwnSymbol[],
  histories: readonly { readonly symbol: string }[],
): void => {
  own.forEach(({ listed, pricesOf }, i) => {
    const hasHistory = histories.some(({ symbol }) => symbol === listed.light.symbolName)
    if (pricesOf === undefined && !hasHistory)
      throw invalidOption(`symbols.${i}`, 'needs a history, or `like` with a symbol that has prices')
  })
}
