import { fork } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { GatewayOptions } from 'rx-ctrader/gateway'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { startServer } from './loadClient'

/** What a gateway in another process has used so far. */
export interface GatewayUse {
  /** Lines to the simulator, requests over them, and symbols that these have subscribed to. */
  readonly lines: number
  readonly requests: number
  readonly spotRequests: number
  /** Prices that have come from the simulator. */
  readonly prices: number
  /** When the prices since the last question came, in ns, by symbol and time. */
  readonly arrivals: readonly (readonly [price: string, at: string])[]
  /** Lines of browsers. */
  readonly peers: number
  /** Memory after a forced collection, in bytes. */
  readonly used: number
  /** Time of the processor, in s. */
  readonly cpu: number
}

export interface GatewayServer {
  readonly url: string
  /** What it has used. `prices` says from now on whether prices of the simulator reach the gateway. */
  readonly use: (prices?: boolean) => Promise<GatewayUse>
  readonly stop: () => void
}

/**
 * A gateway behind a port in front of a simulator behind a port, each in a process of its own. A bare one only sends
 * each price to all.
 */
export const startGateway = async (
  simulator: SimulatorOptions,
  account: number,
  limits: GatewayOptions['limits'],
  isBare = false,
): Promise<GatewayServer> => {
  const upstream = await startServer(simulator)
  const server = fork('spec/bench/gatewayServer.mjs', { execArgv: ['--expose-gc'] })
  const answer = async <T>(message: object): Promise<T> => {
    server.send(message)
    const [answered] = (await once(server, 'message')) as [T]
    return answered
  }
  const { url } = await answer<{ url: string }>({ simulator: upstream.url, account, limits, isBare })
  return {
    url,
    use: prices => answer({ prices }),
    stop: () => {
      server.kill()
      upstream.stop()
    },
  }
}

/** A browser that does nothing with the prices but count them, and note when some came. */
export interface BareBrowser {
  readonly socket: WebSocket
  readonly ask: (payloadType: number, payload?: object, clientMsgId?: string) => void
  prices: number
  /** When each price came, in ns, by symbol and time, if they are noted. */
  readonly arrivals: Map<string, bigint>
  isNoted: boolean
}

const SPOT = Buffer.from('{"payloadType":2131,')

/** Connects as a user, and subscribes to prices. */
export const bareBrowser = async (
  url: string,
  user: string,
  accountId: number,
  symbolId: readonly number[],
): Promise<BareBrowser> => {
  const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
  await once(socket, 'open')
  const ask = (payloadType: number, payload: object = {}, clientMsgId?: string): void => {
    const content = { ctidTraderAccountId: accountId, ...payload }
    socket.send(JSON.stringify({ payloadType, clientMsgId, payload: content }))
  }
  const heartbeat = setInterval(() => {
    ask(51)
  }, 20_000)
  socket.on('close', () => {
    clearInterval(heartbeat)
  })
  const browser: BareBrowser = { socket, ask, prices: 0, arrivals: new Map(), isNoted: false }
  const answers = new Map<string, () => void>()
  const answerTo = (payloadType: number, payload: object): Promise<void> =>
    new Promise(resolve => {
      answers.set(`"payloadType":${payloadType + 1}`, resolve)
      ask(payloadType, payload)
    })
  const failed = new Promise<never>((_, reject) => {
    socket.on('message', (data: Buffer) => {
      if (SPOT.equals(data.subarray(0, SPOT.length))) {
        browser.prices += 1
        if (!browser.isNoted) return
        const { payload } = JSON.parse(data.toString()) as {
          readonly payload: { readonly symbolId: number; readonly timestamp: number }
        }
        browser.arrivals.set(`${payload.symbolId} ${payload.timestamp}`, process.hrtime.bigint())
        return
      }
      const text = data.toString()
      for (const [start, resolve] of answers) if (text.includes(start)) resolve()
      if (text.includes('errorCode')) reject(new Error(text))
    })
  })
  socket.send(JSON.stringify({ payloadType: 2100, payload: { clientId: 'bench', clientSecret: user } }))
  await Promise.race([failed, answerTo(2102, { accessToken: 'bench' })])
  await Promise.race([failed, answerTo(2127, { symbolId, subscribeToSpotTimestamp: true })])
  failed.catch(() => undefined)
  return browser
}
