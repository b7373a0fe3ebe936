import { Observable } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import type { AddressInfo } from 'node:net'
import type { Simulator } from '../simulator/simulator'
import { MAX_FRAME_SIZE } from '../transport/frame'

export interface ServeOptions {
  /** 0 takes a free one. Default 5036, the live server's. */
  readonly port?: number
  /** Default 127.0.0.1: clients send credentials in plain text to a `ws:` address, so only from this machine. */
  readonly host?: string
}

const serveClient = (broker: Simulator, webSocket: WebSocket): void => {
  const connection = broker.accept({
    send: text => {
      webSocket.send(text)
    },
    close: (code, reason) => {
      webSocket.close(code, reason)
    },
    cut: () => {
      webSocket.terminate()
    },
  })
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    connection.receive(isBinary ? '' : (data as Buffer).toString('utf8'))
  })
  webSocket.on('close', connection.closed)
  // A client that breaks the WebSocket protocol is closed by `ws`; unheard, the error would end the process.
  webSocket.on('error', connection.closed)
}

/**
 * The simulator behind a WebSocket port. Emits its URL when it listens, serves while subscribed, errors if it can't
 * listen; unsubscribing closes the port and the lines.
 *
 * ```ts
 * serveSimulator(createSimulator(), { port: 5036 }).subscribe(({ url }) => console.log(url))
 * ```
 */
export const serveSimulator = (
  broker: Simulator,
  { port = 5036, host = '127.0.0.1' }: ServeOptions = {},
): Observable<{ readonly url: string }> =>
  new Observable(subscriber => {
    const options = { port, host, maxPayload: MAX_FRAME_SIZE, closeTimeout: 2000 }
    const server = new WebSocketServer(options)
    server.on('connection', webSocket => {
      serveClient(broker, webSocket)
    })
    server.on('listening', () => {
      const { address, port: taken, family } = server.address() as AddressInfo
      subscriber.next({ url: `ws://${family === 'IPv6' ? `[${address}]` : address}:${taken}` })
    })
    server.on('error', error => {
      subscriber.error(error)
    })
    return () => {
      for (const webSocket of server.clients) webSocket.close(1001, 'Server shutting down')
      server.close()
    }
  })
