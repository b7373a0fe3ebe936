import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Observable, Subscription } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import { asCTraderError, hasReason } from '../../errors'
import type { CTraderError } from '../../errors'
import { isOurOrigin } from '../../node/simulate/access'
import { webSocketsOnly } from '../../node/simulate/control'
import { MAX_FRAME_SIZE } from '../../transport/frameSize'
import type { Socket } from '../../transport/socket'
import { groupedAnswers } from './answers'
import { createReplaySession } from './replaySession'
import type { ReplaySession } from './replaySession'

/** What happens at the port of a recording. */
export type ReplayEvent =
  | { readonly kind: 'listening'; readonly url: string }
  /** A program begins at the beginning, or comes back after a line that was lost in the recording. */
  | { readonly kind: 'begun' | 'resumed' | 'ended' | 'left' }
  | { readonly kind: 'lost'; readonly cause: CTraderError }

export interface ServeReplayOptions {
  readonly port: number
  readonly host: string
  readonly speed: number
}

const access = { allowHosts: [], allowOrigins: [] }

/** Closes a line as it was lost in the recording. Codes of lines that were cut cannot be sent. */
const closeAs = (webSocket: WebSocket, cause: CTraderError): void => {
  if (cause.reason !== 'ConnectionLost') {
    webSocket.close(1008, 'the recording has other orders')
    return
  }
  const { code = 1006, reason = '' } = cause.close ?? {}
  const canBeSent = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || code >= 3000
  if (canBeSent) webSocket.close(code, reason)
  else webSocket.terminate()
}

/**
 * Serves a recording at a port, while subscribed. A program that connects gets the session from its beginning. When
 * its line is lost as in the recording, the next one that connects gets what followed.
 */
export const serveReplay = (
  recording: string,
  { port, host, speed }: ServeReplayOptions,
): Observable<ReplayEvent> =>
  new Observable(subscriber => {
    const answers = groupedAnswers(recording)
    const begin = (): ReplaySession => createReplaySession(recording, speed, answers)
    // An invalid recording is an error at once.
    begin()
    const lost: ReplaySession[] = []
    const lines = new Subscription()
    const sockets = new Map<IncomingMessage, (webSocket: WebSocket) => void>()

    /** Opens a line of the recording, and lets the program in when it is open. */
    const open = (request: IncomingMessage, respond: (isAllowed: boolean, code?: number) => void): void => {
      const resumed = lost.shift()
      const session = resumed ?? begin()
      let current: WebSocket | undefined
      const close = (error: unknown): void => {
        const cause = asCTraderError(error)
        if (hasReason(cause, 'ConnectionLost') && !session.isEnded()) lost.push(session)
        subscriber.next({ kind: 'lost', cause })
        if (current) closeAs(current, cause)
        else respond(false, 503)
      }
      const serve = (webSocket: WebSocket, { frame$, send }: Socket): void => {
        current = webSocket
        line.add(
          frame$.subscribe(text => {
            webSocket.send(text)
          }),
        )
        line.add(
          session.ended$.subscribe(() => {
            subscriber.next({ kind: 'ended' })
          }),
        )
        webSocket.on('message', (data: RawData, isBinary: boolean) => {
          if (!isBinary) send((data as Buffer).toString('utf8'))
        })
        webSocket.on('error', () => undefined)
        webSocket.on('close', () => {
          if (!line.closed) subscriber.next({ kind: 'left' })
          line.unsubscribe()
        })
      }
      const line = new Subscription()
      lines.add(line)
      line.add(
        session.connect().subscribe({
          next: socket => {
            sockets.set(request, webSocket => {
              serve(webSocket, socket)
            })
            subscriber.next({ kind: resumed ? 'resumed' : 'begun' })
            respond(true)
          },
          error: (error: unknown) => {
            line.unsubscribe()
            close(error)
          },
        }),
      )
    }

    const http = createServer(webSocketsOnly)
    const settings = { server: http, maxPayload: MAX_FRAME_SIZE, closeTimeout: 2000 }
    const server = new WebSocketServer({
      ...settings,
      verifyClient: ({ req }, respond) => {
        if (isOurOrigin(req.headers.origin, access)) open(req, respond)
        else respond(false, 403, 'Origin is not allowed')
      },
    })
    server.on('connection', (webSocket, request) => {
      sockets.get(request)?.(webSocket)
      sockets.delete(request)
    })
    server.on('listening', () => {
      const { address, port: taken, family } = server.address() as AddressInfo
      subscriber.next({
        kind: 'listening',
        url: `ws://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
      })
    })
    server.on('error', error => {
      subscriber.error(error)
    })
    http.listen(port, host)
    return () => {
      lines.unsubscribe()
      for (const webSocket of server.clients) webSocket.close(1001, 'Server shutting down')
      server.close()
      http.close()
      http.closeAllConnections()
    }
  })
