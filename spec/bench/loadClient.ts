import { fork } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { PayloadType } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'

export interface LoadServer {
  readonly url: string
  /** The lines that are open, and the memory in use after a forced collection, in MB. */
  readonly state: () => Promise<{ readonly lines: number; readonly used: number }>
  readonly stop: () => void
}

/** A simulator behind a port, in a process of its own. */
export const startServer = async (options: SimulatorOptions): Promise<LoadServer> => {
  const server = fork('spec/bench/loadServer.mjs', { execArgv: ['--expose-gc'] })
  const answer = async <T>(message: object): Promise<T> => {
    server.send(message)
    const [answered] = (await once(server, 'message')) as [T]
    return answered
  }
  const { url } = await answer<{ url: string }>(options)
  return {
    url,
    state: () => answer({}),
    stop: () => {
      server.kill()
    },
  }
}

export interface Login {
  readonly clientId: string
  readonly accountId: number
}

/** So many traders with an account each, and as many applications as it takes. */
export const tradersOf = (
  count: number,
  each = 25,
): { readonly logins: readonly Login[]; readonly options: SimulatorOptions } => {
  const logins = Array.from({ length: count }, (_, n) => ({
    clientId: `bench ${Math.floor(n / each)}`,
    accountId: 1 + n,
  }))
  return {
    logins,
    options: {
      applications: [...new Set(logins.map(({ clientId }) => clientId))].map(clientId => ({
        clientId,
        clientSecret: 'bench',
      })),
      accounts: logins.map(({ accountId }) => ({
        accountId,
        isLive: false,
        traderLogin: accountId,
        brokerTitleShort: 'Bench',
      })),
      grants: [
        {
          accessToken: 'bench',
          refreshToken: 'refresh',
          accountIds: logins.map(({ accountId }) => accountId),
          permissionScope: 1,
        },
      ],
    },
  }
}

/** A client that does nothing with the spot events but count them, and note the times of one symbol's. */
export interface BareClient {
  readonly socket: WebSocket
  readonly ask: (payloadType: number, payload?: object) => void
  spots: number
  readonly times: number[]
}

const { PROTO_OA_SPOT_EVENT, PROTO_OA_SUBSCRIBE_SPOTS_RES } = PayloadType

/** Connects and subscribes to the spots of some symbols; `symbolId` is the one whose times are noted. */
export const bareClient = async (
  url: string,
  { clientId, accountId }: Login,
  symbolIds: readonly number[],
  symbolId = symbolIds[0],
): Promise<BareClient> => {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  const spotStart = `{"payloadType":${PROTO_OA_SPOT_EVENT},`
  const noted = `"symbolId":${symbolId},`
  const ask = (payloadType: number, payload: object = {}): void => {
    socket.send(JSON.stringify({ payloadType, payload: { ctidTraderAccountId: accountId, ...payload } }))
  }
  const client: BareClient = { socket, ask, spots: 0, times: [] }
  const subscribed = new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      if (text.startsWith(spotStart)) {
        client.spots += 1
        if (text.includes(noted)) client.times.push(Number(/"timestamp":(\d+)/.exec(text)?.[1]))
      } else if (text.includes(`"payloadType":${PROTO_OA_SUBSCRIBE_SPOTS_RES}`)) resolve()
      else if (text.includes('errorCode')) reject(new Error(text))
    })
  })
  ask(PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, { clientId, clientSecret: 'bench' })
  ask(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { accessToken: 'bench' })
  ask(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: symbolIds, subscribeToSpotTimestamp: true })
  await subscribed
  return client
}
