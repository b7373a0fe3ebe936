import { Observable } from 'rxjs'
import { createFifo } from '../fifo'

/** Sends a request when all earlier ones are over. A request that is unsubscribed while it waits is never sent. */
export type OneAtATime = <T>(ask$: Observable<T>) => Observable<T>

interface Turn {
  readonly begin: () => void
}

/** Uses a loop. With `mergeAll(1)`, thousands of requests that complete synchronously would overflow the stack. */
export const oneAtATime = (): OneAtATime => {
  const waiting = createFifo<Turn>()
  let current: Turn | undefined
  let isAtWork = false

  const goOn = (): void => {
    if (isAtWork) return
    isAtWork = true
    for (let turn = waiting.first(); turn && !current; turn = waiting.first()) {
      waiting.remove(turn)
      current = turn
      turn.begin()
    }
    isAtWork = false
  }

  return <T>(ask$: Observable<T>) =>
    new Observable<T>(subscriber => {
      const turn: Turn = {
        begin: () => {
          ask$.subscribe(subscriber)
        },
      }
      waiting.add(turn)
      subscriber.add(() => {
        waiting.remove(turn)
        if (current === turn) current = undefined
        goOn()
      })
      goOn()
    })
}
