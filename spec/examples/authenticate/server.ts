import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { WebSocketServer } from 'ws'
import type { RawFrame } from '../../support/rawClient'

export const credentials = {
  accountId: 12345678,
  clientId: 'SECRET-id',
  clientSecret: 'SECRET-secret',
  accessToken: 'SECRET-access',
  refreshToken: 'SECRET-refresh',
  environment: 'demo',
}

export const brokerOf = (environment: 'demo' | 'live' = 'demo'): Simulator =>
  createSimulator({
    environment,
    applications: [{ clientId: 'SECRET-id', clientSecret: 'SECRET-secret' }],
    accounts: [
      { accountId: 12345678, isLive: environment === 'live', traderLogin: 1, brokerTitleShort: 'Broker' },
    ],
    grants: [
      {
        accessToken: 'SECRET-access',
        refreshToken: 'SECRET-refresh',
        accountIds: [12345678],
        permissionScope: 1,
      },
    ],
  })

const listening: WebSocketServer[] = []

/** Closes the servers of a spec. */
const closeServers = async (): Promise<void> => {
  for (const server of listening.splice(0)) {
    for (const webSocket of server.clients) webSocket.terminate()
    server.close()
    await once(server, 'close')
  }
}

export const closeServersAfterEach = (): void => {
  afterEach(closeServers)
}

export interface Server {
  readonly url: string
  /** The payload types that came in, line by line, without heartbeats. */
  readonly asked: number[][]
  /** How each line ended, as the server sees it. */
  readonly endings: { code: number; reason: string }[]
  readonly ended: (count: number) => Promise<void>
  /** Hears nothing from its clients any more, not even that they close. */
  readonly freeze: () => void
}

/** The simulator on a port, with an eye on what comes in and how it ends. */
export const serve = async (broker: Simulator): Promise<Server> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  listening.push(server)
  const news = new EventEmitter()
  const asked: number[][] = []
  const endings: Server['endings'] = []
  server.on('connection', webSocket => {
    const types: number[] = []
    asked.push(types)
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
    webSocket.on('message', data => {
      const text = (data as Buffer).toString()
      const { payloadType } = JSON.parse(text) as RawFrame
      if (payloadType !== PayloadType.HEARTBEAT_EVENT) types.push(payloadType)
      connection.receive(text)
    })
    webSocket.on('close', (code, reason) => {
      connection.closed()
      endings.push({ code, reason: reason.toString() })
      news.emit('ended')
    })
  })
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    endings,
    ended: async count => {
      while (endings.length < count) await once(news, 'ended')
    },
    freeze: () => {
      for (const webSocket of server.clients) webSocket.pause()
    },
  }
}
