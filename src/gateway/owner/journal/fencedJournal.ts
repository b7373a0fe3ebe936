import { EMPTY, concat, defer, from, ignoreElements, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Journal } from '../../../orders/model/journal'
import { awaitResult } from '../../../util/observables/awaitResult'
import { isFenced } from '../../bus/bus'

/**
 * A journal that another process may take over: `onFenced` is called when it has. `beforeIntent` has to complete before
 * an order is written down.
 */
export const watchFence = (
  { append, load }: Journal,
  onFenced: () => void,
  beforeIntent: () => Observable<unknown>,
): Journal => {
  const error = (error: unknown): void => {
    if (isFenced(error)) onFenced()
  }
  return {
    append: entry =>
      concat(
        entry.state === 'intended' ? defer(beforeIntent).pipe(ignoreElements()) : EMPTY,
        defer(() => awaitResult(append(entry))).pipe(tap({ error })),
      ),
    load: () => defer(() => from(load())).pipe(tap({ error })),
  }
}
