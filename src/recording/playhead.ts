import { Subject, asyncScheduler, mergeMap, startWith, switchMap, timer } from 'rxjs'
import { MAX_INT32 } from '../options'
import type { Attempt, Step } from './attempts'
import type { Matching } from './matching'
import { isOrder } from './orders'

/** How long recorded events after a request wait for that request, in ms. */
const PATIENCE = 1_000

/** Moves through the steps of an attempt, by their time and by what the client has sent. */
export const createPlayhead = (attempt: Attempt, due: (at: number) => number, matching: Matching) => {
  const wait$ = new Subject<number>()
  let next = 0
  /** When the client last sent an expected request: shows how late it is. */
  let lastMove = asyncScheduler.now()

  const timeUntil = (at: number): number => due(at) - asyncScheduler.now()

  /** How much longer a step may wait for the client. Several missing requests do not each restart the wait. */
  const patienceFor = (at: number): number => Math.max(lastMove, due(at)) + PATIENCE - asyncScheduler.now()

  /** How long to wait for a step, in ms. Only requests wait for the client, except orders. */
  const waitFor = (step: Step): number => {
    const time = timeUntil(step.at)
    if (time > 0 || step.kind !== 'out' || isOrder(step.asked) || matching.isTaken(step.asked)) return time
    return patienceFor(step.at)
  }

  /** The steps up to the first that must wait. */
  const stepsNow = function* (): Iterable<Step> {
    for (let step = attempt[next]; step; step = attempt[next]) {
      const wait = waitFor(step)
      if (wait > 0) {
        wait$.next(Math.min(wait, MAX_INT32))
        return
      }
      next += 1
      yield step
    }
    wait$.complete()
  }

  return {
    /** Emits each step when it need not wait any more, and completes after the last one. */
    step$: wait$.pipe(
      startWith(0),
      switchMap(wait => timer(wait)),
      mergeMap(stepsNow),
    ),
    /** The client has come as far as the recording. Asks again how long to wait. */
    move: (): void => {
      lastMove = asyncScheduler.now()
      wait$.next(0)
    },
    patienceFor,
    /** Whether a step of this time is further away than a client may be ahead. */
    isEarlyFor: (at: number): boolean => timeUntil(at) > PATIENCE,
  }
}
