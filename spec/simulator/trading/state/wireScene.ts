import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../../support/account'
import { rawClient } from '../../../support/rawClient'
import type { RawClient, RawFrame } from '../../../support/rawClient'
import { inVirtualTime } from '../../../support/virtualTime'

export const WEDNESDAY_NOON = Date.UTC(2026, 0, 7, 12)

export const SATURDAY = Date.UTC(2026, 0, 10, 12)

export const appAuth = {
  payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
}

export const auth = (accessToken = 'demo', ctidTraderAccountId = ACCOUNT): RawFrame => ({
  payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  payload: { ctidTraderAccountId, accessToken },
})

export const ask = (
  payloadType: number,
  payload: Readonly<Record<string, unknown>> = {},
  clientMsgId = 'ask',
): RawFrame => ({
  payloadType,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

export const buy = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 1_000_000 }

export type Script = (scene: {
  readonly broker: Simulator
  readonly client: RawClient
  /** Sends at a time, in ms. */
  readonly send: (ms: number, frame: RawFrame | (() => RawFrame)) => void
  readonly at: (ms: number, act: () => void) => void
}) => void

/** Plays a script on an authenticated line and gives back what came of it, without heartbeats. */
export const play = (
  script: Script,
  options: SimulatorOptions = {},
  token = 'demo',
  lasts = 5_000,
): RawFrame[] => {
  const heard: RawFrame[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator(options)
    const client = rawClient(broker.connect)
    client.send(appAuth, auth(token))
    at(1, () => {
      script({
        broker,
        client,
        at,
        send: (ms, frame) => {
          at(ms, () => {
            client.send(typeof frame === 'function' ? frame() : frame)
          })
        },
      })
    })
    at(lasts, () => {
      heard.push(...client.frames().filter(({ payloadType }) => payloadType !== 51))
      client.leave()
    })
  })
  return heard.slice(2)
}

export const answerTo = (
  frame: RawFrame,
  options: SimulatorOptions = {},
  token = 'demo',
): RawFrame | undefined => play(({ send }) => send(10, frame), options, token).at(-1)

export const viewer: SimulatorOptions = {
  grants: [{ accessToken: 'view', refreshToken: 'r', accountIds: [ACCOUNT], permissionScope: 0 }],
}

export const queries = [
  ['2121', ask(2121)],
  ['2124', ask(2124)],
  ['2133', ask(2133)],
  ['2139', ask(2139, { symbolId: 1, volume: [100_000] })],
  ['2143', ask(2143, { fromTimestamp: WEDNESDAY_NOON, toTimestamp: WEDNESDAY_NOON })],
  ['2167', ask(2167)],
  ['2169', ask(2169, { marginCall: { marginCallType: 61, marginLevelThreshold: 90 } })],
  ['2175', ask(2175)],
  ['2177', ask(2177, { leverageId: 1 })],
  ['2179', ask(2179, { positionId: 1 })],
  ['2181', ask(2181, { orderId: 1 })],
  ['2183', ask(2183, { positionId: 1 })],
  ['2185', ask(2185, { dealId: 1 })],
  ['2187', ask(2187)],
  ['2190', ask(2190)],
  ['2192', ask(2192)],
  ['2106', ask(2106, buy)],
  ['2108', ask(2108, { orderId: 1 })],
  ['2109', ask(2109, { orderId: 1 })],
  ['2110', ask(2110, { positionId: 1 })],
  ['2111', ask(2111, { positionId: 1, volume: 1 })],
] as const
