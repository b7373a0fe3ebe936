import { Observable, asyncScheduler } from 'rxjs'
import type { AccountSession } from './state'

/** A stretch of time of which an account may have missed something. */
export interface Gap {
  /** When something last came for sure, in ms since the epoch. */
  readonly from: number
  /** When the account was authenticated again, in ms since the epoch; not there yet while it lasts. */
  readonly to?: number
  readonly resumed: boolean
}

/** Emits when a gap begins, and again when it is over. */
export const gapsIn = (session$: Observable<AccountSession>): Observable<Gap> =>
  new Observable(subscriber => {
    let receivedAt: (() => number) | undefined
    let from: number | undefined
    return session$.subscribe({
      next: session => {
        if (session.status === 'authenticated') {
          receivedAt = () => session.link.vitals().receivedAt
          if (from === undefined) return
          subscriber.next({ from, to: asyncScheduler.now(), resumed: true })
          from = undefined
        } else if (receivedAt !== undefined) {
          from = receivedAt()
          receivedAt = undefined
          subscriber.next({ from, resumed: false })
        }
      },
      error: (error: unknown) => {
        subscriber.error(error)
      },
      complete: () => {
        subscriber.complete()
      },
    })
  })
