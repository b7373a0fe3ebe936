import { lots, pips, price, units } from '../../protocol/units'
import type { Pips, Price, Volume } from '../../index'
import { Mistake } from '../outcome'
import { positiveNumber } from '../read'

/** Reads a volume: `0.1` and `0.1lots` are lots, `10000units` are units. */
export const volume = (text: string): Volume => {
  const [, number = '', unit = 'lots'] = /^([\d.]+)\s*(lots?|units?)?$/i.exec(text) ?? []
  if (number === '') throw new Mistake('must be lots, as 0.1, or units, as 10000units')
  const amount = positiveNumber(number)
  return unit.toLowerCase().startsWith('lot') ? lots(amount) : units(amount)
}

/** Reads a price. */
export const priceFlag = (text: string): Price => price(positiveNumber(text))

/** Reads a protection: `20pips` from the entry, or a price. */
export const pipsOrPrice = (text: string): Pips | Price => {
  const [, number] = /^([\d.]+)\s*pips?$/i.exec(text) ?? []
  if (number !== undefined) return pips(positiveNumber(number))
  return priceFlag(text)
}

/** The same, or `none` to remove it. */
export const protectionChange = (text: string): Pips | Price | 'none' =>
  text.toLowerCase() === 'none' ? 'none' : pipsOrPrice(text)
