import { PayloadType } from 'rx-ctrader'
import type { Client } from 'rx-ctrader'
import { asyncScheduler } from 'rxjs'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_ERROR_RES, PROTO_OA_GET_TRENDBARS_REQ, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_VERSION_REQ } =
  PayloadType

const BARS = { symbolId: 1, period: 1 } as const
const ORDER = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const

/** Refuses a type so many times, noting when it was asked, and answers nothing. */
const refusing = (type: number, refusal: object, asked: number[]): Reply => {
  return (frame, line) => {
    obliging(frame, line)
    if (frame.payloadType !== type) return
    asked.push(asyncScheduler.now())
    line.say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId: frame.clientMsgId, payload: refusal })
  }
}

const account = (client: Client) => client.account({ accountId: 1, accessToken: 't' })

describe('a request the server finds one too many', () => {
  it('is asked again when the server says, then with at least doubled pauses, and at last refused', () => {
    inVirtualTime(({ watch, at }) => {
      const asked: number[] = []
      const refusal = { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 5 }
      const server = scriptedServer(refusing(PROTO_OA_GET_TRENDBARS_REQ, refusal, asked))
      const seen = watch(account(clientOver(server.connect)).request(PROTO_OA_GET_TRENDBARS_REQ, BARS))
      at(300_000, () => {
        expect(asked).toEqual([0, 5_000, 10_000, 15_000, 23_000, 39_000, 71_000])
        expect(seen.error).toMatchObject({
          reason: 'Refused',
          errorCode: 'BLOCKED_PAYLOAD_TYPE',
          retryAfter: 5,
        })
      })
    })
  })

  it('holds back the others of its type, not those of another', () => {
    inVirtualTime(({ watch, at }) => {
      const asked: number[] = []
      const server = scriptedServer(
        refusing(PROTO_OA_GET_TRENDBARS_REQ, { errorCode: 'REQUEST_FREQUENCY_EXCEEDED' }, asked),
      )
      const client = clientOver(server.connect)
      watch(account(client).request(PROTO_OA_GET_TRENDBARS_REQ, BARS), 500)
      at(10, () => {
        watch(account(client).request(PROTO_OA_GET_TRENDBARS_REQ, BARS), 1_200)
        watch(client.request(PROTO_OA_VERSION_REQ, {}), 1_200)
      })
      at(20, () => {
        expect(asked).toEqual([0])
        expect(server.lines[0]?.heard.at(-1)?.payloadType).toBe(PROTO_OA_VERSION_REQ)
      })
      at(1_100, () => {
        expect(asked).toEqual([0, 1_000])
      })
    })
  })

  it('is given up with its consumer', () => {
    inVirtualTime(({ watch, at }) => {
      const asked: number[] = []
      const refusal = { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 5 }
      const server = scriptedServer(refusing(PROTO_OA_GET_TRENDBARS_REQ, refusal, asked))
      const client = clientOver(server.connect)
      watch(client.appAuth$, 20_000)
      watch(account(client).request(PROTO_OA_GET_TRENDBARS_REQ, BARS), 2_000)
      at(20_000, () => {
        expect(asked).toEqual([0])
      })
    })
  })

  it('is refused at once where it is an order', () => {
    inVirtualTime(({ watch, at }) => {
      const asked: number[] = []
      const refusal = { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 5 }
      const server = scriptedServer(refusing(PROTO_OA_NEW_ORDER_REQ, refusal, asked))
      const client = clientOver(server.connect)
      watch(client.appAuth$, 20_000)
      const seen = watch(account(client).request(PROTO_OA_NEW_ORDER_REQ, ORDER))
      at(20_000, () => {
        expect(asked).toEqual([0])
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'BLOCKED_PAYLOAD_TYPE' })
      })
    })
  })
})

describe('a request that waits for its turn', () => {
  it('does not time out before it was sent, and does after', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      const seen = Array.from({ length: 61 }, () =>
        watch(account(client).request(PROTO_OA_GET_TRENDBARS_REQ, BARS), 60_000),
      )
      at(12_500, () => {
        expect(seen[0]?.error).toMatchObject({ reason: 'Timeout', sent: true, after: 10_000 })
        expect(seen[60]?.error).toBeUndefined()
      })
      at(22_700, () => {
        expect(seen[60]?.error).toMatchObject({ reason: 'Timeout', sent: true, after: 10_000 })
      })
    })
  })

  it('learns when the line is lost that it was not sent', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer()
      const client = clientOver(server.connect)
      watch(account(client).accountAuth$, 100)
      const orders = Array.from({ length: 51 }, () =>
        watch(account(client).request(PROTO_OA_NEW_ORDER_REQ, ORDER), 200),
      )
      at(50, () => {
        server.lines[0]?.lose(new Error('gone'))
        const sent = server.lines[0]?.heard.filter(
          ({ payloadType }) => payloadType === PROTO_OA_NEW_ORDER_REQ,
        )
        expect(sent).toHaveLength(48)
        expect(orders[47]?.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
        expect(orders[48]?.error).toMatchObject({ reason: 'ConnectionLost', sent: false })
      })
    })
  })
})
