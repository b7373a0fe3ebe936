import { defer, of, share, tap, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { hasReason } from '../../errors'
import type { CTraderError } from '../../errors'
import { latest } from './latest'

/**
 * One upstream for all subscribers of a state. Late subscribers get the latest value at once. The upstream ends
 * `linger` ms after the last subscriber has left; without `linger`, immediately. Once `failed`, it stays so for all
 * later subscribers, until the number of retries has changed. After a logout of the user, the next subscriber begins anew.
 */
export const shareState =
  <S extends { readonly status: string; readonly cause?: CTraderError }>(
    retries: () => number,
    linger?: number,
  ): MonoTypeOperatorFunction<S> =>
  state$ => {
    let failed: S | undefined
    let retriedBefore = 0
    const shared$ = state$.pipe(
      tap(state => {
        failed = state.status === 'failed' && !hasReason(state.cause, 'SessionEnded') ? state : undefined
        retriedBefore = retries()
      }),
      share({
        connector: () => latest<S>(),
        resetOnRefCountZero: linger === undefined ? true : () => timer(linger),
      }),
    )
    return defer(() => (failed && retriedBefore === retries() ? of(failed) : shared$))
  }
