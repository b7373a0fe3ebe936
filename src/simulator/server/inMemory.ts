import { Observable, Subject, delay } from 'rxjs'
import { CTraderError } from '../../errors'
import type { CloseInfo } from '../../errorFields'
import type { Connect, Socket } from '../../transport/socket'
import type { Peer, ServerConnection } from '../model/peer'

/** Every event on an in-memory line comes later than its cause, as on a real one. */
export const inMemory =
  (accept: (peer: Peer) => ServerConnection, latency: number): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const toServer$ = new Subject<() => void>()
      const toClient$ = new Subject<() => void>()
      const frame$ = new Subject<string>()
      const lost = (close: CloseInfo): void => {
        toClient$.next(() => {
          subscriber.error(new CTraderError({ reason: 'ConnectionLost', sent: false, close }))
        })
      }
      // Frames that were sent before the client left still arrive, so this outlives the subscription.
      toServer$.pipe(delay(latency)).subscribe(move => {
        move()
      })
      subscriber.add(
        toClient$.pipe(delay(latency)).subscribe(move => {
          move()
        }),
      )
      const connection = accept({
        send: text => {
          toClient$.next(() => {
            frame$.next(text)
          })
        },
        close: (code, reason) => {
          lost({ code, reason, wasClean: true })
        },
        cut: () => {
          lost({ code: 1006, reason: '', wasClean: false })
        },
      })
      subscriber.add(() => {
        toServer$.next(connection.closed)
        toServer$.complete()
      })
      toClient$.next(() => {
        subscriber.next({
          frame$,
          send: text => {
            toServer$.next(() => {
              connection.receive(text)
            })
          },
        })
      })
    })
