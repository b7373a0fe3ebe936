import { asyncScheduler } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { encodeFrame, frameDecoder } from '../../src/transport/frame'
import type { Drift } from '../../src/transport/frame'
import { ACCOUNT } from './account'
import { rawClient } from './rawClient'
import type { RawFrame } from './rawClient'
import { inVirtualTime } from './virtualTime'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ERROR_RES } = PayloadType

export const appAuth = {
  payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
}
export const accountAuth = {
  payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
  payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'demo' },
}

/** A request of that account. */
export const ask = (payloadType: number, payload: object = {}): object => ({
  payloadType,
  clientMsgId: 'ask',
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

/** What refuses it. */
export const refusal = (errorCode: string, description: unknown = expect.stringMatching(/\w/)): object => ({
  payloadType: PROTO_OA_ERROR_RES,
  clientMsgId: 'ask',
  payload: { errorCode, description },
})

export interface ConversationOptions extends SimulatorOptions {
  /** The ms from one request to the next. */
  readonly every?: number
  /** The frames before the first of them. */
  readonly opening?: readonly object[]
  /** Does something with the server at a time, in ms from the start. */
  readonly meanwhile?: readonly [ms: number, act: (broker: Simulator) => void][]
}

export interface Conversation {
  /** What came after each request and before the next, heartbeats apart. */
  readonly replies: readonly (readonly RawFrame[])[]
  /** All that came, as it came. */
  readonly texts: readonly string[]
}

const HEARTBEAT = 51
const BEAT = 20_000

/** Says one thing after the other on a new line, in virtual time, and leaves. */
export const converse = (
  requests: readonly object[],
  { every = 250, opening = [appAuth, accountAuth], meanwhile = [], ...options }: ConversationOptions = {},
): Conversation => {
  const replies: RawFrame[][] = requests.map(() => [])
  const texts: string[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator(options)
    const client = rawClient(broker.connect)
    const end = (requests.length + 1) * every
    client.send(...opening)
    requests.forEach((request, i) => {
      at((i + 1) * every, () => {
        client.send(request)
      })
    })
    // One after the other, for virtual time sorts all that waits whenever something is added to it.
    const beat = (): void => {
      client.send({ payloadType: HEARTBEAT })
      if (asyncScheduler.now() + BEAT < end) at(BEAT, beat)
    }
    if (BEAT < end) at(BEAT, beat)
    for (const [ms, act] of meanwhile)
      at(ms, () => {
        act(broker)
      })
    at(end, () => {
      client.leave()
      texts.push(...client.received)
      for (const [ms, text] of client.timed) {
        const frame = JSON.parse(text) as RawFrame
        if (frame.payloadType !== HEARTBEAT) replies[Math.floor(ms / every) - 1]?.push(frame)
      }
    })
  })
  return { replies, texts }
}

/** What is answered to one request, apart from events. */
export const answerTo = (request: object, options?: ConversationOptions): RawFrame | undefined =>
  converse([request], options).replies[0]?.find(({ clientMsgId }) => clientMsgId === 'ask')

/** Says that each is a message with nothing unknown in it, written as the server writes it. */
export const expectOfficial = (texts: readonly string[]): void => {
  const drifts: Drift[] = []
  const decode = frameDecoder(drift => {
    drifts.push(drift)
  })
  expect(texts.length).toBeGreaterThan(0)
  for (const text of texts) {
    const decoded = decode(text)
    expect(decoded._tag === 'Right' ? encodeFrame(decoded.right) : decoded.left).toBe(text)
  }
  expect(drifts).toEqual([])
}

/** Says that a request of an account is refused without the authentications that it takes. */
export const expectAuthenticationNeeded = (request: object): void => {
  expect(answerTo(request, { opening: [] })).toEqual(refusal('CH_CLIENT_NOT_AUTHENTICATED'))
  expect(answerTo(request, { opening: [appAuth] })).toEqual(
    refusal('INVALID_REQUEST', 'Trading account is not authorized'),
  )
}
