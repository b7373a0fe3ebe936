import { Observable, Subject, delay } from 'rxjs'
import { CTraderError } from '../errors'
import type { CloseInfo } from '../errors'
import type { Connect, Socket } from '../transport/socket'
import { openConnection } from './connection'
import type { OpenConnection, Peer, ServerConnection } from './connection'
import { createIdentity, defaultIdentity } from './identity'
import type { IdentityOptions } from './identity'
import type { World } from './world'

export interface SimulatorOptions extends Partial<IdentityOptions> {
  /** Same seed, same tokens. Default 1. */
  readonly seed?: number
  /** Which host this is; accounts of the other are not routed. Default 'demo'. */
  readonly environment?: 'demo' | 'live'
  /** How long a frame of the in-memory line is on its way, in ms. Default 0. */
  readonly latency?: number
}

/** A cTrader server in memory, with what a test needs to make it fail. The faults hit all open lines. */
export interface Simulator {
  /** An in-memory line to it, for `createClient`. */
  readonly connect: Connect
  /** Serves a client behind any other transport. */
  readonly accept: (peer: Peer) => ServerConnection
  /** Closes with a handshake: the live server's own way is `close(1000, 'Bye')`. */
  readonly close: (code: number, reason: string) => void
  /** Breaks the lines without a word. */
  readonly drop: () => void
  /** Leaves the lines open and dead: nothing is heard or said on them any more. */
  readonly silence: () => void
  /** Sends any text. */
  readonly push: (text: string) => void
}

interface Line {
  readonly peer: Peer
  readonly connection: OpenConnection
  silent: boolean
}

/** Every move on an in-memory line comes later than its cause, as on a real one. */
const inMemory =
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
      // What was sent before the client left still arrives, so its way outlives the subscription.
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

/**
 * A deterministic cTrader server: in memory in Node, a browser or virtual time. Without options it knows the
 * application `demo`/`demo`, the token `demo` (refresh `demo-refresh`) and the demo account 12345678.
 *
 * ```ts
 * const broker = createSimulator({ seed: 42 })
 * const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
 * ```
 */
export const createSimulator = ({
  seed = 1,
  environment = 'demo',
  latency = 0,
  ...identity
}: SimulatorOptions = {}): Simulator => {
  const world: World = {
    identity: createIdentity({ ...defaultIdentity, ...identity }, seed),
    sessions: new Set(),
    serves: ({ isLive }) => isLive === (environment === 'live'),
  }
  const lines = new Set<Line>()

  const accept = (peer: Peer): ServerConnection => {
    const heard = (act: () => void): void => {
      if (!line.silent) act()
    }
    const connection = openConnection(world, {
      send: text => {
        heard(() => {
          peer.send(text)
        })
      },
      close: (code, reason) => {
        heard(() => {
          lines.delete(line)
          peer.close(code, reason)
        })
      },
      cut: peer.cut,
    })
    const line: Line = { peer, connection, silent: false }
    lines.add(line)
    return {
      receive: text => {
        heard(() => {
          connection.receive(text)
        })
      },
      closed: () => {
        lines.delete(line)
        connection.closed()
      },
    }
  }

  const endAll = (end: (peer: Peer) => void): void => {
    for (const { peer, connection } of [...lines]) {
      connection.closed()
      end(peer)
    }
    lines.clear()
  }

  return {
    connect: inMemory(accept, latency),
    accept,
    close: (code, reason) => {
      endAll(peer => {
        peer.close(code, reason)
      })
    },
    drop: () => {
      endAll(peer => {
        peer.cut()
      })
    },
    silence: () => {
      for (const line of lines) line.silent = true
    },
    push: text => {
      for (const { connection } of lines) connection.say(text)
    },
  }
}
