import { Subscription, asyncScheduler } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { createClientIds } from '../../../src/gateway/edge/wire/clientIds'
import { createFloodGate, findClientMsgId } from '../../../src/gateway/edge/wire/flood'
import { createOutbox } from '../../../src/gateway/edge/wire/outbox'
import type { Price } from '../../../src/gateway/edge/wire/outbox'
import { createCounters } from '../../../src/gateway/model/stats'
import { readPeerFrame } from '../../../src/gateway/edge/wire/readFrame'
import { encodeFrame } from '../../../src/transport/frame'
import type { Pressure } from '../../../src/transport/peer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_DEPTH_EVENT, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SPOT_EVENT, PROTO_OA_TRADER_REQ } = PayloadType

const ids = (userId: string) => {
  let count = 0
  return createClientIds(userId, () => `e-${(count += 1)}`)
}

describe('the ids of a user', () => {
  it('are unique at the server, and come back to the same user alone', () => {
    const ann = ids('ann')
    const ben = ids('ben')
    const sent = ann.toServer('a~1')
    expect(ann.toServer('a~1')).not.toBe(sent)
    expect(ben.toServer('a~1')).not.toBe(sent)
    expect(ids('ann').fromServer(sent)).toBe('a~1')
    expect(ben.fromServer(sent)).toBe(sent)
  })

  it('are absent where the user gave none, and stay what they are from elsewhere', () => {
    const ann = ids('ann')
    expect(ann.fromServer(ann.toServer(undefined))).toBeUndefined()
    expect(ann.fromServer('other')).toBe('other')
    expect(ann.fromServer(undefined)).toBeUndefined()
  })
})

describe('the flood gate', () => {
  it('refuses what comes too fast, reads again with time, and ends a line that does not listen', () => {
    inVirtualTime(({ at }) => {
      const gate = createFloodGate({ framesPerSecond: 10, burst: 3 })
      expect([gate(), gate(), gate(), gate()]).toEqual(['read', 'read', 'read', 'refuse'])
      at(100, () => {
        expect([gate(), gate()]).toEqual(['read', 'refuse'])
        const others = Array.from({ length: 500 }, gate)
        expect(others.at(-2)).toBe('refuse')
        expect(others.at(-1)).toBe('end')
      })
    })
  })

  it('finds the id of a frame without parsing it', () => {
    expect(findClientMsgId('{"payloadType":2121,"clientMsgId":"a-1","payload":{')).toBe('a-1')
    expect(findClientMsgId(`${' '.repeat(400)}{"clientMsgId":"a-1"}`)).toBeUndefined()
  })
})

describe('a frame of a peer', () => {
  const frame = (payload: object, payloadType: number = PROTO_OA_TRADER_REQ) =>
    readPeerFrame(JSON.stringify({ payloadType, clientMsgId: 'a', payload }))

  it('is a request, or a heartbeat', () => {
    expect(frame({ ctidTraderAccountId: 1 })).toMatchObject({
      kind: 'request',
      message: { clientMsgId: 'a', payload: { ctidTraderAccountId: 1 } },
    })
    expect(readPeerFrame('{"payloadType":51}')).toEqual({ kind: 'heartbeat' })
  })

  it('is refused with its id where a field is missing or unknown: a misspelt one may be a stop loss', () => {
    const order = { ctidTraderAccountId: 1, symbolId: 1, orderType: 1, tradeSide: 1, volume: 1 }
    for (const invalid of [frame({}), frame({ ...order, stoploss: 1 }, PROTO_OA_NEW_ORDER_REQ)])
      expect(invalid).toMatchObject({
        kind: 'invalid',
        clientMsgId: 'a',
        isOver: false,
        refusal: { errorCode: 'INVALID_REQUEST' },
      })
  })

  it('is not supported where it is no request, or of an unknown type', () => {
    for (const invalid of [frame({ ctidTraderAccountId: 1 }, 2103), frame({}, 9_999)])
      expect(invalid).toMatchObject({ kind: 'invalid', refusal: { errorCode: 'UNSUPPORTED_MESSAGE' } })
  })

  it('ends the line where it is no message at all', () => {
    for (const text of ['{', '[]', 'hello'])
      expect(readPeerFrame(text)).toMatchObject({ kind: 'invalid', isOver: true })
  })
})

const spotPrice = (payload: object): Price => ({
  payloadType: PROTO_OA_SPOT_EVENT,
  payload: { ctidTraderAccountId: 1, symbolId: 1, ...payload },
})

describe('the outbox of a peer', () => {
  const sending = (act: (outbox: ReturnType<typeof createOutbox>, press: (to: Pressure) => void) => void) => {
    const sent: { readonly payloadType: number; readonly payload?: object }[] = []
    const closed: unknown[] = []
    inVirtualTime(() => {
      let pressure: Pressure = 'none'
      const life = new Subscription()
      const peer = {
        send: (text: string) => sent.push(JSON.parse(text) as (typeof sent)[number]),
        close: (code: number, reason: string) => closed.push([code, reason]),
        cut: () => undefined,
        pressure: () => pressure,
      }
      act(createOutbox(peer, life, createCounters()), to => {
        pressure = to
      })
    })
    return { sent, closed }
  }
  const price = (outbox: ReturnType<typeof createOutbox>, given: Price): void => {
    outbox.writePrice(encodeFrame(given), given)
  }

  it('makes one price of many while the peer reads too slowly, and keeps their place before other messages', () => {
    const { sent } = sending((outbox, press) => {
      price(outbox, spotPrice({ bid: 1, ask: 2 }))
      press('high')
      price(outbox, spotPrice({ bid: 3 }))
      price(outbox, spotPrice({ ask: 5 }))
      outbox.write({ payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} })
    })
    expect(sent.map(({ payload }) => payload)).toMatchObject([
      { bid: 1, ask: 2 },
      { bid: 3, ask: 5 },
      undefined,
    ])
  })

  it('sends what has waited when the peer has read enough', () => {
    const depth = (payload: object): Price => ({
      payloadType: PROTO_OA_DEPTH_EVENT,
      payload: { ctidTraderAccountId: 1, symbolId: 1, newQuotes: [], deletedQuotes: [], ...payload },
    })
    const { sent } = sending((outbox, press) => {
      press('high')
      price(outbox, depth({ newQuotes: [{ id: 1, size: 1 }] }))
      price(outbox, depth({ newQuotes: [{ id: 2, size: 1 }], deletedQuotes: [1] }))
      outbox.drained()
      press('none')
      outbox.drained()
      outbox.drained()
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.payload).toMatchObject({ newQuotes: [{ id: 2 }], deletedQuotes: [1] })
  })

  it('sends a symbol no more often than its limit: the first at once, and one of all that come too soon', () => {
    const sent: (readonly [ms: number, symbolId: unknown, bid: unknown, ask: unknown])[] = []
    inVirtualTime(({ at }) => {
      const life = new Subscription()
      const peer = {
        send: (text: string) => {
          const { payload } = JSON.parse(text) as { readonly payload: Readonly<Record<string, unknown>> }
          sent.push([asyncScheduler.now(), payload['symbolId'], payload['bid'], payload['ask']])
        },
        close: () => undefined,
        cut: () => undefined,
      }
      const counters = createCounters()
      const outbox = createOutbox(peer, life, counters, 10)
      const give = (ms: number, payload: object): void => {
        at(ms, () => {
          price(outbox, spotPrice(payload))
        })
      }
      give(0, { bid: 1 })
      give(10, { bid: 2 })
      give(20, { ask: 5, bid: 3 })
      give(30, { symbolId: 2, bid: 7 })
      give(150, { bid: 4 })
      give(400, { bid: 5 })
      give(410, { bid: 6 })
      give(420, { symbolId: 2, bid: 8 })
      give(430, { symbolId: 2, bid: 9 })
      at(440, () => {
        outbox.dropPrice(PROTO_OA_DEPTH_EVENT, 1, 2)
        outbox.dropPrice(PROTO_OA_SPOT_EVENT, 1, 1)
      })
      give(600, { bid: 10 })
      give(610, { bid: 11 })
      at(620, () => {
        expect(counters).toMatchObject({ prices: 8, conflatedPrices: 1 })
        life.unsubscribe()
      })
    })
    expect(sent).toEqual([
      [0, 1, 1, undefined],
      [30, 2, 7, undefined],
      [100, 1, 3, 5],
      [200, 1, 4, undefined],
      [400, 1, 5, undefined],
      [420, 2, 8, undefined],
      [520, 2, 9, undefined],
      [600, 1, 10, undefined],
    ])
  })

  it('drops what has waited of an account that has left, and sends nothing on a closed line', () => {
    const { closed, sent } = sending((outbox, press) => {
      press('high')
      price(outbox, spotPrice({ bid: 1 }))
      outbox.drop(1)
      press('none')
      outbox.drained()
      press('over')
      price(outbox, spotPrice({ bid: 1 }))
      press('none')
      price(outbox, spotPrice({ bid: 1 }))
      outbox.hangUp(1000, 'Bye')
    })
    expect(sent).toEqual([])
    expect(closed).toEqual([[1013, 'Client reads too slowly']])
  })
})
