import { CTraderError } from 'rx-ctrader'
import type { SymbolDetails } from '../../../src/streams/symbols/symbols'

/** EURUSD with all that a check can go by. */
export const eurusd: SymbolDetails = {
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

/** The error of a check that throws one. */
export const errorOf = (check: () => unknown): CTraderError | undefined => {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof CTraderError) return error
    throw error
  }
}

/** What is wrong, but for the words. */
export const faultOf = (check: () => unknown): object | undefined => {
  const error = errorOf(check)
  if (!error) return undefined
  const { reason, ...rest } = error
  expect(reason).toBe('InvalidOrder')
  const { rule, field, value, nearest } = rest as Record<string, unknown>
  return { rule, field, value, ...(nearest !== undefined && { nearest }) }
}
