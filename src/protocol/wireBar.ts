import { MINUTE } from '../time/constants'
import type { ProtoOATrendbar } from './messages/quotes'

/** A bar in 1/100000 of price. */
export interface WireBar {
  /** ms since the epoch, of the opening */
  readonly timestamp: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/**
 * A live bar has no close: use the bid of its event. `undefined` if the low or the time is missing. The live server
 * can send a wrong high, so open and close raise it.
 */
export const toWireBar = (
  { volume, low, deltaOpen = 0, deltaClose = 0, deltaHigh = 0, utcTimestampInMinutes }: ProtoOATrendbar,
  bid?: number,
): WireBar | undefined => {
  if (low === undefined || utcTimestampInMinutes === undefined) return undefined
  const open = low + deltaOpen
  const close = bid ?? low + deltaClose
  return {
    timestamp: utcTimestampInMinutes * MINUTE,
    open,
    high: Math.max(low + deltaHigh, open, close),
    low: Math.min(low, close),
    close,
    volume,
  }
}

/** The same bar with its prices in another unit. */
export const withPrices = (
  { timestamp, volume, open, high, low, close }: WireBar,
  priceOf: (wirePrice: number) => number,
): WireBar => ({
  timestamp,
  volume,
  open: priceOf(open),
  high: priceOf(high),
  low: priceOf(low),
  close: priceOf(close),
})
