import { Observable, Subject, Subscription, asyncScheduler } from 'rxjs'
import { CTraderError } from '../../errors'
import type { CloseInfo } from '../../errorFields'
import type { Message } from '../../protocol/table'
import type { Connect, Socket } from '../../transport/socket'
import type { Peer, ServerConnection } from '../../transport/peer'

type Move = () => void

/** One direction of a line. */
interface Direction {
  /** Makes a move after the latency, in the order in which moves are put in. */
  readonly put: (move: Move) => void
  /** What has not arrived never does. */
  readonly close: () => void
}

/**
 * Each frame arrives in a turn of its own, as on a real line. With `together`, what left at one time arrives in one
 * turn: a timer for each frame would be most of the work of a quote.
 */
const createDirection = (latency: number, together: boolean): Direction => {
  const timers = new Subscription()
  let leaving: Move[] = []
  let leftAt: number | undefined

  const arriveLater = (moves: readonly Move[], delay: number): void => {
    const timer = asyncScheduler.schedule(() => {
      timers.remove(timer)
      // What these moves cause leaves after them.
      if (moves === leaving) leftAt = undefined
      let made = 0
      try {
        for (; made < moves.length && !timers.closed; made += 1) moves[made]?.()
      } finally {
        if (made < moves.length && !timers.closed) arriveLater(moves.slice(made + 1), 0)
      }
    }, delay)
    timers.add(timer)
  }

  return {
    put: move => {
      const now = asyncScheduler.now()
      if (together && leftAt === now) {
        leaving.push(move)
        return
      }
      leaving = [move]
      leftAt = now
      arriveLater(leaving, latency)
    },
    close: () => {
      timers.unsubscribe()
    },
  }
}

export interface InMemoryOptions {
  /** The delay of each frame, in ms. */
  readonly latency: number
  /** Whether the client does without heartbeats, and gets events as messages. */
  readonly inProcess: boolean
}

/** Every event on an in-memory line comes later than its cause, as on a real one. */
export const inMemory =
  (accept: (peer: Peer) => ServerConnection, { latency, inProcess }: InMemoryOptions): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      // Frames that were sent before the client left still arrive, so this is never closed.
      const toServer = createDirection(latency, inProcess)
      const toClient = createDirection(latency, inProcess)
      const frame$ = new Subject<string>()
      const event$ = new Subject<Message>()
      const lost = (close: CloseInfo): void => {
        toClient.put(() => {
          subscriber.error(new CTraderError({ reason: 'ConnectionLost', sent: false, close }))
        })
      }
      subscriber.add(toClient.close)
      const connection = accept({
        send: text => {
          toClient.put(() => {
            frame$.next(text)
          })
        },
        ...(inProcess && {
          handOver: (event: Message) => {
            toClient.put(() => {
              event$.next(event)
            })
          },
        }),
        close: (code, reason) => {
          lost({ code, reason, wasClean: true })
        },
        cut: () => {
          lost({ code: 1006, reason: '', wasClean: false })
        },
      })
      subscriber.add(() => {
        toServer.put(connection.closed)
      })
      toClient.put(() => {
        subscriber.next({
          frame$,
          send: text => {
            toServer.put(() => {
              connection.receive(text)
            })
          },
          ...(inProcess && { inProcess, event$ }),
        })
      })
    })
