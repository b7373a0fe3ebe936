import { share, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { latest } from './latest'

/**
 * One upstream for all subscribers of a state: late ones get the latest value at once, the upstream ends `linger`
 * ms after the last has left, and once it has completed it stays so. Without a `linger` it ends within the call by
 * which the last one leaves.
 */
export const shareState = <S>(linger?: number): MonoTypeOperatorFunction<S> =>
  share({
    connector: () => latest<S>(),
    resetOnComplete: false,
    resetOnError: false,
    resetOnRefCountZero: linger === undefined ? true : () => timer(linger),
  })
