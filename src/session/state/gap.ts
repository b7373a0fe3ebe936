import { EMPTY, Observable, asyncScheduler, merge, mergeMap, switchMap } from 'rxjs'
import type { Link } from '../../connection/link'
import type { AccountSession } from './state'
import { unsureOfAny } from './unread'

/** A stretch of time of which an account may have missed something. */
export interface Gap {
  /** When something last came for sure, in ms since the epoch. */
  readonly from: number
  /** When the account was authenticated again, in ms since the epoch; not there yet while it lasts. */
  readonly to?: number
  readonly resumed: boolean
  /** The line is fine, and a frame that came on it could not be read: its payload type, 0 where that could not either. */
  readonly unreadable?: number
}

/** Emits when the line is lost, or the account's session, and again when it is there again. */
const lossesIn = (session$: Observable<AccountSession>): Observable<Gap> =>
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

/** What a frame that could not be read leaves open is over at once: it is asked for anew. */
const unreadOn = (link: Link, accountId: number): Observable<Gap> =>
  unsureOfAny(link, accountId).pipe(
    mergeMap(({ payloadType: unreadable = 0 }): Gap[] => {
      const from = link.vitals().receivedAt
      return [
        { from, resumed: false, unreadable },
        { from, to: asyncScheduler.now(), resumed: true, unreadable },
      ]
    }),
  )

/** Emits when a gap begins, and again when it is over: at once, where the line is fine and a frame cannot be read. */
export const gapsIn = (session$: Observable<AccountSession>, accountId: number): Observable<Gap> =>
  merge(
    lossesIn(session$),
    session$.pipe(
      switchMap(session => (session.status === 'authenticated' ? unreadOn(session.link, accountId) : EMPTY)),
    ),
  )
