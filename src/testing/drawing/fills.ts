import type { HeldFill } from '../../simulator/trading/exchange'

/**
 * A fill of an order, in whole or in part, or its end:
 *
 * - `volume` in cents, default all that is left; `price` in decimals, default the market's
 * - `rejected`: the order is rejected with this error code, such as `NOT_ENOUGH_MONEY`
 * - `cancelled`: the order is cancelled, or what is left of it
 * - `orderId` or `symbolId`: the order it is for; default the oldest one that waits
 */
export type MarbleFill = HeldFill

/** The default meaning of the letters of `broker.fills`. */
export const fillLetters: Readonly<Record<string, MarbleFill>> = {
  f: {},
  r: { rejected: 'TRADING_BAD_PRICES' },
  x: { cancelled: true },
}

const fields: Readonly<Record<keyof MarbleFill, 'number' | 'string' | 'boolean'>> = {
  orderId: 'number',
  symbolId: 'number',
  volume: 'number',
  price: 'number',
  rejected: 'string',
  cancelled: 'boolean',
}

/** The fill. Throws for an invalid one: a test with a misspelt fill would test something else. */
export const readFill = (fill: MarbleFill): MarbleFill => {
  const refused = (detail: string): Error => new Error(`invalid fill: ${JSON.stringify(fill)}: ${detail}`)
  if (typeof fill !== 'object') throw refused('it must be an object')
  for (const [field, value] of Object.entries(fill)) {
    const type = Object.hasOwn(fields, field) ? fields[field as keyof MarbleFill] : undefined
    if (type === undefined) throw refused(`${field} is not a field of a fill`)
    if (typeof value !== type) throw refused(`${field} must be a ${type}`)
  }
  const { volume, price, rejected, cancelled } = fill
  const ends = [rejected, cancelled].filter(end => end !== undefined)
  if (ends.length > 1) throw refused('it can be rejected or cancelled, not both')
  if (ends.length > 0 && (volume ?? price) !== undefined) throw refused('an end has no volume and no price')
  return fill
}
