import { isLeft } from 'fp-ts/Either'
import type { Checked } from '../../../src/orders/model/invalidOrder'
import type { SymbolTerms } from '../../../src/streams/symbols/symbols'

/** EURUSD with all that a check can go by. */
export const eurusd: SymbolTerms = {
  symbolId: 1,
  symbolName: 'EURUSD',
  digits: 5,
  pipPosition: 4,
  lotSize: 10_000_000,
  minVolume: 100_000,
  maxVolume: 1_000_000_000,
  stepVolume: 100_000,
  schedule: [{ startSecond: 61_200, endSecond: 493_200 }],
  scheduleTimeZone: 'America/New_York',
}

/** What is wrong, but for the words. */
export const faultOf = (found: Checked<unknown>): object | undefined => {
  if (!isLeft(found)) return undefined
  const { reason, ...rest } = found.left
  expect(reason).toBe('InvalidOrder')
  const { rule, field, value, nearest } = rest as Record<string, unknown>
  return { rule, field, value, ...(nearest !== undefined && { nearest }) }
}

/** What is fine. */
export const fineOf = <T>(found: Checked<T>): T => {
  if (isLeft(found)) throw found.left
  return found.right
}
