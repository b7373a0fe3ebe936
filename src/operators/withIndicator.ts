import { defer, map } from 'rxjs'
import type { OperatorFunction } from 'rxjs'

/** An indicator that is updated value by value, such as those of the package `trading-signals`. */
export interface Indicator<I, R> {
  /** Whether it has had as many values as it needs. */
  readonly isStable: boolean
  /** Takes a value, or takes it in place of the last one. */
  readonly update: (input: I, replace: boolean) => R | null
}

/** A bar with what an indicator says of it. */
export interface WithIndicator<C, R> {
  readonly candle: C
  /** `undefined` until the indicator has had as many bars as it needs. */
  readonly value: R | undefined
}

/**
 * Each bar (`ProtoOATrendbar`, or any other) with the value of an indicator. The forming bar counts, and each of its
 * changes replaces the one before. So the value of a closed bar is that of closed bars only. `create` makes an
 * indicator for each subscription, and `toInput` says what it takes of a bar. Emits, errors and completes with the
 * bars.
 *
 * ```ts
 * const average = { isStable: true, update: (close: number) => close } // or new EMA(20) of trading-signals
 * candles(account, 'EURUSD', 'M1').pipe(withIndicator(() => average, ({ close }) => close))
 * ```
 */
export const withIndicator = <C extends { readonly timestamp: number }, I, R>(
  create: () => Indicator<I, R>,
  toInput: (candle: C) => I,
): OperatorFunction<C, WithIndicator<C, R>> => {
  return candle$ =>
    defer(() => {
      const indicator = create()
      let last: number | undefined
      return candle$.pipe(
        map(candle => {
          const value = indicator.update(toInput(candle), candle.timestamp === last)
          last = candle.timestamp
          return { candle, value: indicator.isStable ? (value ?? undefined) : undefined }
        }),
      )
    })
}
