import { defer, from, tap } from 'rxjs'
import type { Journal } from '../../orders/model/journal'
import { awaitResult } from '../../util/observables/awaitResult'
import { isFenced } from '../bus/bus'

/** Calls `onFenced` when it turns out that another process has the journal. */
export const watchFence = ({ append, load }: Journal, onFenced: () => void): Journal => {
  const error = (error: unknown): void => {
    if (isFenced(error)) onFenced()
  }
  return {
    append: entry => defer(() => awaitResult(append(entry))).pipe(tap({ error })),
    load: () => defer(() => from(load())).pipe(tap({ error })),
  }
}
