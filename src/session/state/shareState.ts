import { share, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { latest } from './latest'

/**
 * One upstream for all subscribers of a state. Late subscribers get the latest value at once. The upstream ends
 * `linger` ms after the last subscriber has left; without `linger`, immediately. Once completed, it stays
 * completed.
 */
export const shareState = <S>(linger?: number): MonoTypeOperatorFunction<S> =>
  share({
    connector: () => latest<S>(),
    resetOnComplete: false,
    resetOnError: false,
    resetOnRefCountZero: linger === undefined ? true : () => timer(linger),
  })
