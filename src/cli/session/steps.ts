import { concatMap, endWith, map, merge, of, takeWhile } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Outcome } from '../outcome'

/** Outcomes until there is a value, and then that value. */
export type Step<T> = { readonly outcome: Outcome } | { readonly value: T }

/** Each value as a step. */
export const valueSteps = <T>(value$: Observable<T>): Observable<Step<T>> =>
  value$.pipe(map(value => ({ value })))

/** Each outcome as a step. */
export const outcomeSteps = <T>(outcome$: Observable<Outcome>): Observable<Step<T>> =>
  outcome$.pipe(map(outcome => ({ outcome })))

/** The outcomes of steps, and those of what follows from their value. */
export const concatMapValue = <T>(
  step$: Observable<Step<T>>,
  project: (value: T) => Observable<Outcome>,
): Observable<Outcome> =>
  step$.pipe(concatMap(step => ('value' in step ? project(step.value) : of(step.outcome))))

/** Ends with its last part, and not before. */
export const untilEnd = <T>(beside$: Observable<T>, last$: Observable<T>): Observable<T> => {
  const step = (value: T) => ({ value })
  return merge(beside$.pipe(map(step)), last$.pipe(map(step), endWith(undefined))).pipe(
    takeWhile(one => one !== undefined),
    map(({ value }) => value),
  )
}
