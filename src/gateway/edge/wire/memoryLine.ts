import { Observable, Subject, Subscription, asapScheduler } from 'rxjs'
import { CTraderError } from '../../../errors'
import type { Peer, ServerConnection } from '../../../transport/peer'
import type { Connect, Socket } from '../../../transport/socket'

/** A line in memory. Each frame arrives later than its cause, as on a real line, and in order. */
export const memoryLine =
  (accept: (peer: Peer) => ServerConnection): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const frame$ = new Subject<string>()
      const toClient = new Subscription()
      const arrive = (timers: Subscription | undefined, act: () => void): void => {
        const timer = asapScheduler.schedule(() => {
          timers?.remove(timer)
          act()
        })
        timers?.add(timer)
      }
      const lose = (code: number, reason: string, wasClean: boolean): void => {
        arrive(toClient, () => {
          subscriber.error(
            new CTraderError({ reason: 'ConnectionLost', sent: false, close: { code, reason, wasClean } }),
          )
        })
      }
      const connection = accept({
        send: text => {
          arrive(toClient, () => {
            frame$.next(text)
          })
        },
        close: (code, reason) => {
          lose(code, reason, true)
        },
        cut: () => {
          lose(1006, '', false)
        },
      })
      subscriber.add(toClient)
      // What was sent before the client has left still arrives.
      subscriber.add(() => {
        arrive(undefined, connection.closed)
      })
      arrive(toClient, () => {
        subscriber.next({
          frame$,
          send: text => {
            arrive(undefined, () => {
              connection.receive(text)
            })
          },
        })
      })
    })
