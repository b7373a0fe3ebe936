import { defer, of, share, tap, timer } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { latest } from './latest'

/**
 * One upstream for all subscribers of a state. Late subscribers get the latest value at once. The upstream ends
 * `linger` ms after the last subscriber has left; without `linger`, immediately. After it has completed, the next
 * subscriber begins anew.
 */
export const shareState = <S>(linger?: number): MonoTypeOperatorFunction<S> =>
  share({
    connector: () => latest<S>(),
    resetOnRefCountZero: linger === undefined ? true : () => timer(linger),
  })

/** Once `failed`, it stays so for all later subscribers, until the number of retries has changed. */
export const keepFailure =
  <S extends { readonly status: string }>(retries: () => number): MonoTypeOperatorFunction<S> =>
  state$ => {
    let failed: S | undefined
    let retriedBefore = 0
    const noted$ = state$.pipe(
      tap(state => {
        failed = state.status === 'failed' ? state : undefined
        retriedBefore = retries()
      }),
    )
    return defer(() => (failed && retriedBefore === retries() ? of(failed) : noted$))
  }
