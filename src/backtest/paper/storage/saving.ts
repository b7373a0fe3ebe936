import { EMPTY, asyncScheduler, catchError, defer, ignoreElements } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import { CTraderError } from '../../../errors'
import { oneAtATime } from '../../../util/observables/oneAtATime'
import { awaitResult } from '../../../util/observables/awaitResult'
import type { PaperStore } from '../options'
import type { PaperState } from './state'

/** Saves the state of an account after its changes: one save at a time, and always the latest state. */
export interface Saving {
  /** The state has changed: it is saved when what happens now is over. */
  readonly changed: () => void
  /** Saves what is not saved yet. Completes when it is, or errors. */
  readonly save: () => Observable<never>
}

const asError = (error: unknown): CTraderError =>
  new CTraderError({
    reason: 'ConnectionLost',
    sent: false,
    detail: `the state of the paper account was not saved: ${error instanceof Error ? error.message : String(error)}`,
  })

export const createSaving = (
  store: PaperStore | undefined,
  stateNow: () => PaperState,
  onFailure: (error: CTraderError) => void,
): Saving => {
  const inTurn = oneAtATime()
  let isDirty = false
  let planned: Subscription | undefined

  const save$ = inTurn(
    defer(() => {
      if (!store || !isDirty) return EMPTY
      isDirty = false
      return awaitResult(store.save(stateNow())).pipe(ignoreElements())
    }).pipe(
      catchError((error: unknown) => {
        isDirty = true
        throw asError(error)
      }),
    ),
  )
  return {
    changed: () => {
      isDirty = true
      planned ??= asyncScheduler.schedule(() => {
        planned = undefined
        save$.subscribe({ error: onFailure })
      })
    },
    save: () =>
      defer(() => {
        planned?.unsubscribe()
        planned = undefined
        return save$
      }),
  }
}
