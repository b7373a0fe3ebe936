import { take, takeUntil, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import type { SessionOptions } from '../definition'

/** The options of commands that go on until they are ended. */
export interface LiveOptions extends SessionOptions {
  readonly count?: number
  readonly seconds?: number
}

/** Ends after so many values, or so many seconds. */
export const limit =
  <T>({ count, seconds }: LiveOptions): MonoTypeOperatorFunction<T> =>
  value$ => {
    const counted$ = count === undefined ? value$ : value$.pipe(take(count))
    return seconds === undefined ? counted$ : counted$.pipe(takeUntil(timer(seconds * 1_000)))
  }

/** The symbols of a command that is given none. */
export const usualSymbols: readonly string[] = ['EURUSD', 'GBPUSD', 'USDJPY', 'XAUUSD']

/** How often a screen is drawn, in ms: as fast as one can read. */
export const SCREEN_INTERVAL = 100
