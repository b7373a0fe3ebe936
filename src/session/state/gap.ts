import { EMPTY, asyncScheduler, defer, merge, mergeMap, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OpenLink } from '../../connection/link'
import type { AccountSession } from './state'
import { unreadOfAnyKind } from './unread'

/** A gap: a time in which an account may have missed something. */
export interface Gap {
  /** When something was last received for sure, in ms since the epoch. */
  readonly from: number
  /** When the account was authenticated again, in ms since the epoch; absent while the gap lasts. */
  readonly to?: number
  readonly resumed: boolean
  /** The payload type of a frame that could not be read on a healthy line; 0 if that is unknown too. */
  readonly unreadable?: number
}

/** Emits when the line or the account's session is lost, and when it is back. */
const lossesIn = (session$: Observable<AccountSession>): Observable<Gap> =>
  defer(() => {
    let link: OpenLink | undefined
    let from: number | undefined
    return session$.pipe(
      mergeMap((session): readonly Gap[] => {
        if (session.status === 'authenticated') {
          ;({ link } = session)
          const since = from
          from = undefined
          return since === undefined ? [] : [{ from: since, to: asyncScheduler.now(), resumed: true }]
        }
        if (!link) return []
        from = link.vitals().receivedAt
        link = undefined
        return [{ from, resumed: false }]
      }),
    )
  })

/** An unreadable frame is a gap that is over at once: what it may have changed is requested again. */
const unreadOn = (link: OpenLink, accountId: number): Observable<Gap> =>
  unreadOfAnyKind(link, accountId).pipe(
    mergeMap(({ payloadType: unreadable = 0 }): Gap[] => {
      const from = link.vitals().receivedAt
      return [
        { from, resumed: false, unreadable },
        { from, to: asyncScheduler.now(), resumed: true, unreadable },
      ]
    }),
  )

/** Emits when a gap begins and when it is over. For an unreadable frame on a healthy line, both at once. */
export const observeGaps = (session$: Observable<AccountSession>, accountId: number): Observable<Gap> =>
  merge(
    lossesIn(session$),
    session$.pipe(
      switchMap(session => (session.status === 'authenticated' ? unreadOn(session.link, accountId) : EMPTY)),
    ),
  )
