import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Observable } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { Gateway } from '../../gateway'
import { serveClient } from '../sockets/serveClient'
import type { ServedClient } from '../sockets/serveClient'
import { readServeOptions } from './options'
import { readPem } from './pem'
import type { ServeGatewayOptions, ServeGatewaySettings } from './options'
import { PROTOCOL, readHandshake } from './readHandshake'
import { createPlaces } from './places'
import { answerRequests, requestPath, refuseUpgrade } from './requests'

/** How long clients and requests may take to end, in ms. */
const GRACE = 2_000

/**
 * A client sends a frame in one piece, or in a few. Thousands of tiny pieces would take a hundred times the memory of their
 * bytes, before it is known who sends them.
 */
const MAX_FRAGMENTS = 64
/** A frame of the usual length, in the smallest packets that a network has. */
const MAX_CHUNKS = 4_096

/** A server that closes a connection whose request does not come in time. */
const createHttpServer = (
  { connections, handshakeTimeout, tls }: ServeGatewaySettings,
  listener: Parameters<typeof createServer>[1],
): Server => {
  const deadlines = {
    headersTimeout: handshakeTimeout,
    requestTimeout: handshakeTimeout,
    connectionsCheckingInterval: Math.max(1, Math.ceil(handshakeTimeout / 10)),
  }
  const http = tls
    ? createTlsServer(
        { ...deadlines, handshakeTimeout, cert: readPem(tls.cert), key: readPem(tls.key) },
        listener,
      )
    : createServer(deadlines, listener)
  http.maxConnections = connections
  return http
}

const urlOf = (http: Server, { path, tls }: ServeGatewaySettings): string => {
  const { address, family, port } = http.address() as AddressInfo
  return `${tls ? 'wss' : 'ws'}://${family === 'IPv6' ? `[${address}]` : address}:${port}${path}`
}

/**
 * A gateway behind a port. Emits the address of its WebSocket when it listens, serves while subscribed, and errors if it
 * cannot listen or an option is invalid. Unsubscribing closes the port, and the lines of its clients with 1001. It does
 * not close the gateway.
 *
 * - The path of the WebSocket is `/ctrader`. The session is in a cookie, in a bearer protocol, or in the first message.
 * - `GET /health` is 200, or 503 if the gateway cannot work.
 * - A page of an origin that is not in the gateway's `origins` is refused with 403, before anything else.
 *
 * ```ts
 * serveGateway(gateway, { port: 8443 }).subscribe(({ url }) => console.log(url))
 * ```
 */
export const serveGateway = (
  gateway: Gateway,
  options: ServeGatewayOptions,
): Observable<{ readonly url: string }> =>
  new Observable(subscriber => {
    const settings = readServeOptions(options)
    const { connectionsPerAddress, cookie, host, path, port, slow, trustProxy } = settings
    const handshakeSettings = { origins: gateway.origins, cookie, trustProxy }
    const http = createHttpServer(settings, answerRequests(gateway, settings))
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: gateway.limits.frameSize,
      perMessageDeflate: false,
      // The token that a client offers as a protocol does not come back.
      handleProtocols: offered => (offered.has(PROTOCOL) ? PROTOCOL : false),
      // The types do not know these yet.
      ...{ closeTimeout: GRACE, maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_CHUNKS },
    })
    const clients = new Set<ServedClient>()
    const places = createPlaces(connectionsPerAddress)

    http.on('upgrade', (request, socket, head) => {
      // `ws` has no listener for its own before the handshake, and an error would end the process.
      socket.on('error', () => {
        socket.destroy()
      })
      if (requestPath(request) !== path) {
        refuseUpgrade(socket, { status: 404, text: 'There is nothing here' })
        return
      }
      const handshake = readHandshake(request, handshakeSettings)
      // Not the request itself: its headers would be kept as long as the connection.
      const { socket: connection } = request
      if ('status' in handshake) {
        refuseUpgrade(socket, handshake)
        return
      }
      const leave = places.take(handshake.address)
      if (!leave) {
        refuseUpgrade(socket, { status: 429, text: 'There are too many connections from this address' })
        return
      }
      socket.on('close', leave)
      server.handleUpgrade(request, socket, head, webSocket => {
        const accept = (peer: Parameters<Gateway['accept']>[0]) => gateway.accept(peer, handshake)
        const client = serveClient(accept, webSocket, connection, slow)
        clients.add(client)
        webSocket.on('close', () => {
          clients.delete(client)
        })
      })
    })
    http.on('listening', () => {
      subscriber.next({ url: urlOf(http, settings) })
    })
    http.on('error', error => {
      subscriber.error(error)
    })
    http.listen(port, host)
    return () => {
      for (const client of clients) client.end(1001, 'Server shutting down')
      server.close()
      http.close()
      http.closeIdleConnections()
      setTimeout(() => {
        http.closeAllConnections()
      }, GRACE).unref()
    }
  })
