import { omitUndefined } from '../util/omitUndefined'
import { toWireBar, withPrices } from './wireBar'
import type { ProtoOATrendbarPeriod } from './messages/enums'
import type { ProtoOATickData, ProtoOATrendbar } from './messages/quotes'

/**
 * Converts between numbers on the wire and numbers of a trader. On the wire, everything is a whole number in a unit
 * of its own. Sums and differences are made in these units, where they are exact, and divided last. So 113955 is
 * exactly 1.13955.
 */

declare const unit: unique symbol

/** Volume in lots, such as `lots(0.1)`. The symbol's `lotSize` says how large a lot is. */
export interface Lots {
  readonly lots: number
}
/** Volume in units of the base asset, such as `units(10_000)`: euros for EURUSD, ounces for XAUUSD. */
export interface Units {
  readonly units: number
}
/** Volume on the wire, in hundredths of a unit, such as `cents(1_000_000)`. */
export type Cents = number & { readonly [unit]: 'Cents' }
/** A distance in pips, such as `pips(20)`. The symbol's `pipPosition` says how large a pip is. */
export interface Pips {
  readonly pips: number
}
/** A price as people read it, such as `price(1.0850)`. */
export interface Price {
  readonly price: number
}

/** A part of a whole in percent, such as `percent(0.5)` of the equity. */
export interface Percent {
  readonly percent: number
}
/** An amount in the currency of the account, such as `money(50)`. */
export interface Money {
  readonly money: number
}

/** A tenth of a lot: `lots(0.1)`. */
export const lots = (n: number): Lots => ({ lots: n })
/** Ten thousand euros of EURUSD: `units(10_000)`. */
export const units = (n: number): Units => ({ units: n })
/** The same number, as `Cents`: `cents(position.tradeData.volume)`, or `cents(a + b)` of a sum. */
export const cents = (n: number): Cents => n as Cents
/** Twenty pips: `pips(20)`. */
export const pips = (n: number): Pips => ({ pips: n })
/** A price: `price(1.0850)`. */
export const price = (n: number): Price => ({ price: n })

/** Half a percent: `percent(0.5)`. */
export const percent = (n: number): Percent => ({ percent: n })
/** Fifty in the currency of the account: `money(50)`. */
export const money = (n: number): Money => ({ money: n })

/**
 * The nearest whole number of cents. `lotSize` is the symbol's, in cents. `lotsToCents(lots(0.1), 10_000_000)` is
 * `cents(1_000_000)`.
 */
export const lotsToCents = (volume: Lots, lotSize: number): Cents => cents(Math.round(volume.lots * lotSize))
/** `centsToLots(cents(1_000_000), 10_000_000)` is `lots(0.1)`. */
export const centsToLots = (volume: Cents, lotSize: number): Lots => lots(volume / lotSize)
/** The nearest whole number of cents: `unitsToCents(units(0.29))` is `cents(29)`. */
export const unitsToCents = (volume: Units): Cents => cents(Math.round(volume.units * 100))
/** `centsToUnits(cents(1_000_000))` is `units(10_000)`. */
export const centsToUnits = (volume: Cents): Units => units(volume / 100)

/** Prices of quotes, bars, ticks and depth are whole multiples of 1/100000, for any digits of the symbol. */
const WIRE_DIGITS = 5
const PRICE_SCALE = 100_000

/**
 * The number of steps of 1/10^digits that is nearest to a price. It shifts the point in the decimal text, with at
 * least seven places and two more than the digits. A binary product can lie just under the half that people read:
 * 1.005 * 100 is 100.49999999999999.
 */
const steps = (decimal: number, digits: number): number => {
  // `toFixed` writes these with an exponent. They have no fraction to round.
  if (Math.abs(decimal) >= 1e21) return decimal * 10 ** digits
  const exact = Number(`${decimal.toFixed(Math.max(7, digits + 2))}e${digits}`)
  const nearest = Math.round(Math.abs(exact))
  return exact < 0 ? 0 - nearest : nearest
}

/** `toPrice(113955)` is `1.13955`. */
export const toPrice = (wirePrice: number): number => wirePrice / PRICE_SCALE

/** The nearest wire price, with halves away from zero: `toWirePrice(1.13955)` is `113955`. */
export const toWirePrice = (decimal: number): number => steps(decimal, WIRE_DIGITS)

/** The smallest step of a symbol's price: `tickSize(5)` is `0.00001`. */
export const tickSize = (digits: number): number => 1 / 10 ** digits

/** A pip of a symbol: `pipSize(4)` is `0.0001`. The broker chooses `pipPosition`; it is not given by the digits. */
export const pipSize = (pipPosition: number): number => 1 / 10 ** pipPosition

/**
 * The nearest price the symbol allows; the server refuses one with more digits. `roundPrice(1.139549, 5)` is
 * `1.13955`. A half goes away from zero, and what is a half is read off the decimal: `roundPrice(1.005, 2)` is `1.01`.
 */
export const roundPrice = (decimal: number, digits: number): number => steps(decimal, digits) / 10 ** digits

/**
 * A distance in price as `relativeStopLoss` and `relativeTakeProfit` want it: in 1/100000, on the symbol's grid,
 * rounded as by `roundPrice`; 0 if it is less than half a step. `relativeDistance(0.00201, 5)` is `201`,
 * `relativeDistance(0.2013, 2)` is `20_000`.
 */
export const relativeDistance = (distance: number, digits: number): number => {
  const sent = Math.min(digits, WIRE_DIGITS)
  return steps(distance, sent) * 10 ** (WIRE_DIGITS - sent)
}

/** Money in the account's currency: `toMoney(-139, 2)` is `-1.39`. Add up what is on the wire, and convert the sum. */
export const toMoney = (amount: number, moneyDigits: number): number => amount / 10 ** moneyDigits

/**
 * The same as text, exact, with all its digits: `formatMoney(1000000, 2)` is `'10000.00'`. An amount that is no whole
 * number keeps its own digits, too: `formatMoney(1.5, 2)` is `'0.015'`. What is no amount is `'NaN'` or `'Infinity'`,
 * as of `toMoney`.
 */
export const formatMoney = (amount: number, moneyDigits: number): string => {
  const isDecimal = Number.isFinite(amount) && Number.isInteger(moneyDigits) && moneyDigits >= 0
  if (!isDecimal) return String(toMoney(amount, moneyDigits))
  const [mantissa = '', exponent = '0'] = String(Math.abs(amount)).split('e')
  const [whole = '', part = ''] = mantissa.split('.')
  // After so many of the digits comes the point, once one more stands before it.
  const point = whole.length + Number(exponent) - moneyDigits
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${part}`
  const at = Math.max(1, point)
  const fraction = digits.slice(at).padEnd(moneyDigits, '0')
  const sign = amount < 0 ? '-' : ''
  return `${sign}${digits.slice(0, at).padEnd(at, '0')}${fraction === '' ? '' : `.${fraction}`}`
}

/**
 * A bar of bid prices. `toBar(trendbar)?.high` is such as `1.13955`. Its low is never above its open or close, its high
 * never below.
 */
export interface Bar {
  /** ms since the epoch, of the opening */
  readonly timestamp: number
  /** Absent in historical bars: it is that of the request. */
  readonly period?: ProtoOATrendbarPeriod
  /** Ticks, not money. */
  readonly volume: number
  readonly open: number
  readonly high: number
  readonly low: number
  /** Absent in a live bar, which is still forming: its close is the current bid. */
  readonly close?: number
}

/**
 * A bar in prices, `toBar(trendbar)`: one with `low` 113900 and `deltaHigh` 55 has `low: 1.139` and `high: 1.13955`.
 * `undefined` where the low or the time is absent, since a price of zero would be worse than none.
 *
 * The live server can leave `deltaHigh` out, or send 0, where a bar closes at its low: the high is then at least what the
 * open and the close are. A bar without a `period` is one of history, which closes at its low where it has no
 * `deltaClose`.
 */
export const toBar = (trendbar: ProtoOATrendbar): Bar | undefined => {
  const bar = toWireBar(trendbar)
  if (!bar) return undefined
  const { period, deltaClose } = trendbar
  const { close, ...rest } = withPrices(bar, toPrice)
  const isForming = period !== undefined && deltaClose === undefined
  return { ...rest, ...omitUndefined({ period }), ...(!isForming && { close }) }
}

/** One price of one side: `{ timestamp: 1_700_000_000_000, price: 1.13955 }`. */
export interface Tick {
  /** ms since the epoch */
  readonly timestamp: number
  readonly price: number
}

/**
 * The ticks of a `ProtoOAGetTickDataRes`, oldest first. What came as `{ timestamp: 1_700_000_000_000, tick: 113955 }`
 * and `{ timestamp: -250, tick: 2 }` is 1.13957 at …999_750, then 1.13955: `toTicks(answer.tickData)`.
 */
export const toTicks = (tickData: readonly ProtoOATickData[]): Tick[] => {
  let timestamp = 0
  let wirePrice = 0
  const newestFirst = tickData.map(difference => {
    timestamp += difference.timestamp
    wirePrice += difference.tick
    return { timestamp, price: toPrice(wirePrice) }
  })
  return newestFirst.reverse()
}
