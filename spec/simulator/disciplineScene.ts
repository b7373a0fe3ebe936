import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

export const HEARTBEAT = '{"payloadType":51}'

export const BYE = { code: 1000, reason: 'Bye', wasClean: true }

export const MAX_FRAME_SIZE = 15 * 1024 * 1024

export const heartbeat = { payloadType: HEARTBEAT_EVENT }

export const version = (clientMsgId = 'version'): object => ({
  payloadType: PROTO_OA_VERSION_REQ,
  clientMsgId,
})

export const appAuth = {
  payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
}

export const accountAuth = {
  payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
  payload: { ctidTraderAccountId: 12345678, accessToken: 'demo' },
}

export const refresh = { payloadType: PROTO_OA_REFRESH_TOKEN_REQ, payload: { refreshToken: 'demo-refresh' } }

export interface Scene extends VirtualTime {
  readonly broker: Simulator
  /** A line on which application and account are authenticated from the start. */
  readonly authenticated: () => RawClient
  /** Sends these frames at a time from now. */
  readonly say: (client: RawClient, ms: number, ...frames: (string | object)[]) => void
}

/** Plays a scene with a server; when it is over all clients are gone. */
export const scene = (play: (scene: Scene) => void, options?: SimulatorOptions): void => {
  inVirtualTime(time => {
    const broker = createSimulator(options)
    play({
      ...time,
      broker,
      authenticated: () => {
        const client = rawClient(broker.connect)
        client.send(appAuth, accountAuth)
        time.at(3_600_000, client.leave)
        return client
      },
      say: (client, ms, ...frames) => {
        time.at(ms, () => {
          client.send(...frames)
        })
      },
    })
  })
}

export const heartbeatsOf = (client: RawClient): number[] =>
  client.timed.flatMap(([ms, text]) => (text === HEARTBEAT ? [ms] : []))
