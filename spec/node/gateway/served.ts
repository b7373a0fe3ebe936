import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Subject, firstValueFrom } from 'rxjs'
import type { Gateway, GatewayOptions } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import type { ServeGatewayOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { WebSocket } from 'ws'
import { gatewayOver } from '../../support/gatewayScene'

export const ORIGIN = 'https://app.example.com'

/** A gateway behind a port. */
export interface ServedGateway {
  readonly gateway: Gateway
  /** The address of its WebSocket. */
  readonly url: string
  readonly port: number
  /** The address of a page, such as `/health`. */
  readonly page: (path: string) => string
  readonly stop: () => void
}

const endings: (() => void)[] = []

/** Ends what a spec has opened. */
export const endAll = (): void => {
  for (const end of endings.splice(0)) end()
}

/** A gateway to a simulator, until the spec is over. */
export const served = async (
  options: Partial<ServeGatewayOptions> = {},
  gatewayOptions: Partial<GatewayOptions> = {},
  change: Partial<Gateway> = {},
): Promise<ServedGateway> => {
  const gateway = { ...gatewayOver(createSimulator().connect, gatewayOptions), ...change }
  const served$ = new Subject<{ readonly url: string }>()
  const first = firstValueFrom(served$)
  const serving = serveGateway(gateway, { port: 0, ...options }).subscribe(served$)
  const stop = (): void => {
    serving.unsubscribe()
  }
  endings.push(stop, () => {
    gateway.close().subscribe()
  })
  const { url } = await first
  const { host, port } = new URL(url)
  return {
    gateway,
    url,
    port: Number(port),
    page: path => `${url.startsWith('wss') ? 'https' : 'http'}://${host}${path}`,
    stop,
  }
}

/** A WebSocket, and what it gets. */
export interface Visitor {
  readonly webSocket: WebSocket
  readonly texts: readonly string[]
  readonly send: (...frames: readonly (object | string)[]) => void
  /** Waits for a frame that matches. */
  readonly got: (pattern: RegExp) => Promise<string>
  readonly closed: Promise<number>
}

/** What a WebSocket has that connects, or the status with which it is refused. */
export const visit = async (
  url: string,
  headers: Readonly<Record<string, string>> = { origin: ORIGIN },
  protocols: readonly string[] = [],
): Promise<Visitor> => {
  const webSocket = new WebSocket(url, [...protocols], { headers, rejectUnauthorized: false })
  endings.push(() => {
    webSocket.terminate()
  })
  const texts: string[] = []
  const text$ = new Subject<string>()
  webSocket.on('message', (data: Buffer) => {
    texts.push(String(data))
    text$.next(String(data))
  })
  const closed = new Promise<number>(resolve => {
    webSocket.on('close', resolve)
  })
  await new Promise<void>((resolve, reject) => {
    webSocket.on('open', resolve)
    webSocket.on('error', reject)
  })
  return {
    webSocket,
    texts,
    send: (...frames) => {
      for (const frame of frames) webSocket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    got: pattern =>
      new Promise(resolve => {
        const known = texts.find(text => pattern.test(text))
        if (known !== undefined) resolve(known)
        else
          text$.subscribe(text => {
            if (pattern.test(text)) resolve(text)
          })
      }),
    closed,
  }
}

/** The status with which a WebSocket is refused. */
export const refusal = (
  url: string,
  headers: Readonly<Record<string, string>>,
  protocols: readonly string[] = [],
): Promise<string> =>
  visit(url, headers, protocols).then(
    () => 'not refused',
    (error: unknown) => (error as Error).message,
  )

/** A bare socket to a port. */
export const openSocket = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  // The other side may reset it.
  socket.on('error', () => undefined)
  endings.push(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

export const logIn = (clientSecret: string) => ({
  payloadType: 2100,
  clientMsgId: 'in',
  payload: { clientId: 'terminal', clientSecret },
})

export const openAccount = (ctidTraderAccountId: number) => ({
  payloadType: 2102,
  clientMsgId: 'open',
  payload: { ctidTraderAccountId, accessToken: 'any' },
})
