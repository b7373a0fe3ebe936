import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

export const HEARTBEAT = '{"payloadType":51}'
export const BYE = { code: 1000, reason: 'Bye', wasClean: true }
export const LOST = { code: 1006, reason: '', wasClean: false }

export const request = (payloadType: number, clientMsgId: string, payload?: object): object => ({
  payloadType,
  clientMsgId,
  payload,
})
export const version = (clientMsgId = 'version'): object => request(PROTO_OA_VERSION_REQ, clientMsgId)
export const appAuth = request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', {
  clientId: 'demo',
  clientSecret: 'demo',
})
export const accountAuth = request(PROTO_OA_ACCOUNT_AUTH_REQ, 'account', {
  ctidTraderAccountId: ACCOUNT,
  accessToken: 'demo',
})
export const refresh = (refreshToken = 'demo-refresh'): object =>
  request(PROTO_OA_REFRESH_TOKEN_REQ, 'refresh', { refreshToken })

export const refusal = (clientMsgId: string, errorCode: string, more: object = {}): object => ({
  payloadType: PROTO_OA_ERROR_RES,
  clientMsgId,
  payload: expect.objectContaining({ errorCode, ...more }) as unknown,
})

export interface Scene extends VirtualTime {
  readonly broker: Simulator
  /** A line of a client that leaves after an hour. */
  readonly line: () => RawClient
  /** The same, application and account authenticated. */
  readonly authenticated: () => RawClient
}

/** Plays a scene with a server. */
export const scene = (play: (scene: Scene) => void, options?: SimulatorOptions): void => {
  inVirtualTime(time => {
    const broker = createSimulator(options)
    const line = (): RawClient => {
      const client = rawClient(broker.connect)
      time.at(3_600_000, client.leave)
      return client
    }
    play({
      ...time,
      broker,
      line,
      authenticated: () => {
        const client = line()
        client.send(appAuth, accountAuth)
        return client
      },
    })
  })
}

/** What came after the first `count` texts. */
export const after = (client: RawClient, count: number): string[] => client.received.slice(count)

export const typesOf = (client: RawClient): number[] => client.frames().map(({ payloadType }) => payloadType)

export const errorOf = ({ payload }: RawFrame): unknown => payload?.['errorCode']
