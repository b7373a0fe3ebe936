import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Observable } from 'rxjs'
import { WebSocketServer } from 'ws'
import { checkNames } from '../../options'
import type { Simulator } from '../../simulator/simulator'
import { MAX_FRAME_SIZE } from '../../transport/frameSize'
import { readBacklogLimits } from '../sockets/backlogLimits'
import type { BacklogLimits } from '../sockets/backlogLimits'
import { serveClient } from '../sockets/serveClient'
import { isOurOrigin } from './access'
import { withConsent } from './consentEndpoint'
import { controlEndpoint, webSocketsOnly } from './control'

/** Settings of `serveSimulator`. */
export interface ServeSimulatorOptions {
  /** 0 means any free port. Default 5036, as on the live server. */
  readonly port?: number
  /** Default 127.0.0.1, for this machine only: clients send credentials in plain text to a `ws:` address. */
  readonly host?: string
  /**
   * Whether the port also serves `GET /status` and `POST /control`. Everyone who reaches it can then make the
   * server fail. Default false.
   */
  readonly control?: boolean
  /**
   * Whether the port also serves a consent page and a token endpoint, at cTrader's paths:
   * `/my/settings/openapi/grantingaccess/` and `/apps/token`. Everyone who reaches it can then get tokens. Default
   * false.
   */
  readonly consent?: boolean
  /**
   * Names under which `GET /status` and `POST /control` may be reached, besides `localhost` and IP addresses. They
   * are needed because a malicious page can point its own domain at this machine. Default none.
   */
  readonly allowHosts?: readonly string[]
  /**
   * Origins of web pages that may open a WebSocket, such as `https://demo.example`; `'*'` is any. Pages of this
   * machine, such as `http://localhost:4200`, always may, and so may programs, which have no origin. Default none.
   */
  readonly allowOrigins?: readonly string[]
  /**
   * What to do about clients that read too slowly, by the number of bytes that wait for one. Above the first mark,
   * its spot and depth events are conflated: it gets the newest ones and correct books. Above the second, its line
   * is closed with 1013. Default 1 MiB and 16 MiB.
   */
  readonly slow?: Partial<BacklogLimits>
  /** Called with errors inside the simulator. Default: they are printed, and the server continues. */
  readonly onDefect?: (error: unknown) => void
}

const names: Readonly<Record<keyof ServeSimulatorOptions, true>> = {
  port: true,
  host: true,
  control: true,
  consent: true,
  allowHosts: true,
  allowOrigins: true,
  slow: true,
  onDefect: true,
}

const printDefect = (error: unknown): void => {
  console.error(error)
}

/**
 * The simulator behind a WebSocket port. Emits its URL when it listens, serves while subscribed, and errors if it
 * cannot listen. Unsubscribing closes the port and the lines.
 *
 * ```ts
 * serveSimulator(createSimulator(), { port: 5036 }).subscribe(({ url }) => console.log(url))
 * ```
 */
export const serveSimulator = (
  broker: Simulator,
  given: ServeSimulatorOptions = {},
): Observable<{ readonly url: string }> =>
  new Observable(subscriber => {
    checkNames(given, names)
    const { port = 5036, host = '127.0.0.1', control = false, consent = false } = given
    const { allowHosts = [], allowOrigins = [], slow = {}, onDefect = printDefect } = given
    const limits = readBacklogLimits(slow)
    const access = { allowHosts, allowOrigins }
    const listener = control ? controlEndpoint(broker, access) : webSocketsOnly
    const http = createServer(consent ? withConsent(broker, access, listener) : listener)
    const options = { server: http, maxPayload: MAX_FRAME_SIZE, closeTimeout: 2000 }
    const server = new WebSocketServer({
      ...options,
      // Any web page can open a WebSocket to this machine. Browsers send the page's origin.
      verifyClient: ({ req }, respond) => {
        respond(isOurOrigin(req.headers.origin, access), 403, 'Origin is not allowed')
      },
    })
    const defects = broker.defect$.subscribe(onDefect)
    server.on('connection', (webSocket, { socket }) => {
      serveClient(broker.accept, webSocket, socket, limits)
    })
    server.on('listening', () => {
      const { address, port: taken, family } = server.address() as AddressInfo
      subscriber.next({ url: `ws://${family === 'IPv6' ? `[${address}]` : address}:${taken}` })
    })
    server.on('error', error => {
      subscriber.error(error)
    })
    http.listen(port, host)
    return () => {
      defects.unsubscribe()
      for (const webSocket of server.clients) webSocket.close(1001, 'Server shutting down')
      server.close()
      http.close()
      http.closeAllConnections()
    }
  })
