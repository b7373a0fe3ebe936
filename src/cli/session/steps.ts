import { concatMap, endWith, map, merge, of, takeWhile } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Outcome } from '../outcome'

/** Something to print, or the value that the next step needs. */
export type Step<T> = { readonly told: Outcome } | { readonly value: T }

/** A step with its value. */
export const value = <T>(value$: Observable<T>): Observable<Step<T>> => value$.pipe(map(value => ({ value })))
/** A step that prints something. */
export const told = <T>(outcome$: Observable<Outcome>): Observable<Step<T>> =>
  outcome$.pipe(map(told => ({ told })))

/** Goes on with the value of a step. */
export const then = <T>(
  step$: Observable<Step<T>>,
  project: (value: T) => Observable<Outcome>,
): Observable<Outcome> =>
  step$.pipe(concatMap(step => ('value' in step ? project(step.value) : of(step.told))))

/** Ends with its last part, and not before. */
export const untilEnd = <T>(beside$: Observable<T>, last$: Observable<T>): Observable<T> => {
  const step = (value: T) => ({ value })
  return merge(beside$.pipe(map(step)), last$.pipe(map(step), endWith(undefined))).pipe(
    takeWhile(one => one !== undefined),
    map(({ value }) => value),
  )
}
