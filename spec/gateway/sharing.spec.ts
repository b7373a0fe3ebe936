import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import type { Gateway } from 'rx-ctrader/gateway'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_GET_TICKDATA_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

const request = (payloadType: number, payload: object = {}, clientMsgId = `${payloadType}`) => ({
  payloadType,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

interface Scene extends VirtualTime {
  readonly broker: Simulator
  readonly gateway: Gateway
  /** A peer that has opened the account. */
  readonly peer: (userId: string) => RawClient
  /** How often a type was sent to the server. */
  readonly asked: (payloadType: number) => number
}

const playing = (play: (scene: Scene) => void, latency = 10): void => {
  inVirtualTime(time => {
    const broker = createSimulator({ latency })
    const wire = wiretap(broker.connect)
    const gateway = gatewayOver(wire.connect)
    const peers: RawClient[] = []
    play({
      ...time,
      broker,
      gateway,
      peer: userId => {
        const peer = rawClient(gateway.as({ userId }))
        peers.push(peer)
        peer.send(
          { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
          request(2102, { accessToken: 'a' }),
        )
        return peer
      },
      asked: payloadType => wire.sentTypes().filter(type => type === payloadType).length,
    })
    time.at(60_000, () => {
      for (const peer of peers) peer.leave()
    })
  })
}

const after = (peer: RawClient, clientMsgId: string): readonly RawFrame[] => {
  const frames = peer.frames()
  return frames.slice(frames.findIndex(frame => frame.clientMsgId === clientMsgId) + 1)
}

describe('the prices of a gateway', () => {
  it('are there at once for one who comes later: both sides, the bar and the whole book', () => {
    playing(({ at, peer, asked }) => {
      const subscribe = (client: RawClient): void => {
        client.send(
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }),
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }),
          request(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }),
        )
      }
      const first = peer('ann')
      at(2_000, () => {
        subscribe(first)
      })
      const late = peer('ben')
      at(10_000, () => {
        subscribe(late)
      })
      at(10_000 + 1, () => {
        const [spot] = after(late, `${PROTO_OA_SUBSCRIBE_SPOTS_REQ}`)
        expect(spot?.payloadType).toBe(PROTO_OA_SPOT_EVENT)
        expect(Object.keys(spot?.payload ?? {})).toEqual(expect.arrayContaining(['bid', 'ask']))
        const [bar] = after(late, `${PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ}`)
        expect(bar?.payload?.['trendbar']).toHaveLength(1)
        const [book] = after(late, `${PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ}`)
        expect(book?.payloadType).toBe(PROTO_OA_DEPTH_EVENT)
        expect((book?.payload?.['newQuotes'] as readonly unknown[]).length).toBeGreaterThan(5)
        expect(asked(PROTO_OA_SUBSCRIBE_SPOTS_REQ)).toBe(1)
        expect(asked(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ)).toBe(1)
      })
    })
  })

  it('have no bars for one who has not asked for them, and no time', () => {
    playing(({ at, peer }) => {
      const withBars = peer('ann')
      const without = peer('ben')
      at(2_000, () => {
        withBars.send(
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1], subscribeToSpotTimestamp: true }),
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }),
        )
        without.send(request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }))
      })
      at(30_000, () => {
        const fields = (client: RawClient) =>
          new Set(
            client
              .frames()
              .filter(({ payloadType }) => payloadType === PROTO_OA_SPOT_EVENT)
              .flatMap(({ payload }) => Object.keys(payload ?? {})),
          )
        expect(fields(withBars)).toContain('trendbar')
        expect(fields(withBars)).toContain('timestamp')
        expect(fields(without)).not.toContain('trendbar')
        expect(fields(without)).not.toContain('timestamp')
      })
    })
  })

  it('are given back when no peer needs them any more, a little later', () => {
    playing(({ at, peer, asked }) => {
      const ann = peer('ann')
      const spots = { symbolId: [1] }
      at(2_000, () => {
        ann.send(request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, spots))
      })
      at(3_000, () => {
        ann.send(request(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, spots))
      })
      at(3_500, () => {
        ann.send(request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, spots))
      })
      at(6_000, () => {
        expect(asked(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ)).toBe(0)
        expect(asked(PROTO_OA_SUBSCRIBE_SPOTS_REQ)).toBe(1)
        ann.send(request(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, spots))
      })
      at(8_000, () => {
        expect(asked(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ)).toBe(1)
      })
    })
  })

  it('are refused as a whole where one symbol is unknown, twice, or not there to be ended', () => {
    playing(({ at, peer }) => {
      const ann = peer('ann')
      at(2_000, () => {
        ann.send(
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1, 999_999] }, 'unknown'),
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [] }, 'none'),
        )
      })
      at(4_000, () => {
        ann.send(
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }, 'good'),
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }, 'twice'),
          request(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { symbolId: [2] }, 'notThere'),
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 2, period: 1 }, 'noSpots'),
          request(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }, 'noBars'),
          request(PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }, 'noBook'),
        )
      })
      at(6_000, () => {
        const answers = new Map(
          ann
            .frames()
            .map(({ clientMsgId, payloadType, payload }) => [
              clientMsgId,
              payload?.['errorCode'] ?? payloadType,
            ]),
        )
        expect(Object.fromEntries(answers)).toMatchObject({
          unknown: 'SYMBOL_NOT_FOUND',
          none: 2128,
          good: 2128,
          twice: 'ALREADY_SUBSCRIBED',
          notThere: 'NOT_SUBSCRIBED_TO_SPOTS',
          noSpots: 'INVALID_REQUEST',
          noBars: 'INVALID_REQUEST',
          noBook: 'INVALID_REQUEST',
        })
      })
    })
  })

  it('end with the bars where the spots end, and the book by itself', () => {
    playing(({ at, peer, broker }) => {
      const ann = peer('ann')
      at(2_000, () => {
        ann.send(
          request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }),
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 1 }),
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 5 }),
          request(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }),
        )
      })
      at(5_000, () => {
        ann.send(request(PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, { symbolId: 1, period: 5 }))
      })
      at(10_000, () => {
        ann.send(
          request(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { symbolId: [1] }),
          request(PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, { symbolId: [1] }, 'end'),
        )
      })
      at(20_000, () => {
        expect(after(ann, 'end').filter(({ payloadType }) => payloadType !== 51)).toEqual([])
        expect(broker.lines()[0]?.subscriptions).toMatchObject([{ spots: [], depth: [] }])
      })
    })
  })

  it('may be so many on a line', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator().connect, { limits: { subscriptions: 2 } })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(
        { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
        request(2102, { accessToken: 'a' }),
      )
      at(2_000, () => {
        peer.send(request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1, 2, 3] }, 'many'))
      })
      at(3_000, () => {
        expect(peer.frames().find(({ clientMsgId }) => clientMsgId === 'many')?.payload).toMatchObject({
          errorCode: 'INVALID_REQUEST',
        })
        peer.leave()
      })
    })
  })
})

describe('the questions to a gateway', () => {
  it('share a request where they are equal, and are answered each with its own id', () => {
    playing(({ at, peer, asked }) => {
      const peers = ['ann', 'ben', 'carl'].map(peer)
      at(2_000, () => {
        for (const client of peers) client.send(request(PROTO_OA_TRADER_REQ, {}, 'own'))
      })
      at(4_000, () => {
        expect(asked(PROTO_OA_TRADER_REQ)).toBe(1)
        for (const client of peers)
          expect(client.frames().filter(({ clientMsgId }) => clientMsgId === 'own')).toHaveLength(1)
      })
    })
  })

  it('are asked anew for one who has opened the account since', () => {
    playing(({ at, peer, asked }) => {
      const ann = peer('ann')
      at(5_000, () => {
        ann.send(request(PROTO_OA_RECONCILE_REQ))
        const ben = peer('ben')
        at(50, () => {
          ben.send(request(PROTO_OA_RECONCILE_REQ))
        })
        at(3_000, () => {
          expect(asked(PROTO_OA_RECONCILE_REQ)).toBe(2)
          expect(ben.frames().at(-1)?.payloadType).toBe(2125)
        })
      })
    }, 400)
  })

  it('are asked once where the answer is kept: what seldom changes, and history that is over', () => {
    playing(({ at, peer, asked, broker, setWallClock }) => {
      setWallClock(broker.now())
      const ann = peer('ann')
      const now = broker.now()
      const ticks = { symbolId: 1, type: 1, fromTimestamp: now - 7_200_000, toTimestamp: now - 3_600_000 }
      const ask = (client: RawClient): void => {
        client.send(request(PROTO_OA_SYMBOLS_LIST_REQ), request(PROTO_OA_GET_TICKDATA_REQ, ticks))
      }
      at(2_000, () => {
        ask(ann)
      })
      const ben = peer('ben')
      at(5_000, () => {
        ask(ben)
      })
      at(7_000, () => {
        expect([asked(PROTO_OA_SYMBOLS_LIST_REQ), asked(PROTO_OA_GET_TICKDATA_REQ)]).toEqual([1, 1])
        expect(after(ben, `${PROTO_OA_SYMBOLS_LIST_REQ}`).map(({ payloadType }) => payloadType)).toEqual([
          2146,
        ])
        broker.drop()
      })
      at(12_000, () => {
        ann.send(request(2102, { accessToken: 'a' }))
      })
      at(15_000, () => {
        ask(ann)
      })
      at(18_000, () => {
        // The list may have changed while the line was away, and the past has not.
        expect([asked(PROTO_OA_SYMBOLS_LIST_REQ), asked(PROTO_OA_GET_TICKDATA_REQ)]).toEqual([2, 1])
      })
    })
  })

  it('are asked again where so many others were asked since that not all answers can be kept', () => {
    playing(({ at, peer, asked }) => {
      const lists = (client: RawClient, symbolId: readonly number[]): void => {
        client.send(request(PROTO_OA_SYMBOL_BY_ID_REQ, { symbolId }))
      }
      const ann = peer('ann')
      at(2_000, () => {
        lists(ann, [1])
        lists(ann, [2])
      })
      // Each one is another list of the same symbols, of some 60 000 characters.
      for (let n = 0; n < 140; n += 1)
        at(3_000 + n * 50, () => {
          lists(ann, [...Array.from({ length: 30_000 - n }, () => 1), 2])
          lists(ann, [2])
        })
      at(15_000, () => {
        expect(asked(PROTO_OA_SYMBOL_BY_ID_REQ)).toBe(142)
        lists(ann, [2])
        lists(ann, [1])
      })
      at(17_000, () => {
        expect(asked(PROTO_OA_SYMBOL_BY_ID_REQ)).toBe(143)
      })
    })
  })

  it('are refused where too many of a line wait', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator({ latency: 100 }).connect, { limits: { liveWaiting: 2 } })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(
        { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
        request(2102, { accessToken: 'a' }),
      )
      at(3_000, () => {
        for (const id of ['1', '2', '3']) peer.send(request(PROTO_OA_TRADER_REQ, {}, id))
      })
      at(6_000, () => {
        const answers = peer.frames().map(({ payload, payloadType }) => payload?.['errorCode'] ?? payloadType)
        expect(answers).toEqual([2101, 2103, 'REQUEST_FREQUENCY_EXCEEDED', 2122, 2122])
        peer.leave()
      })
    })
  })

  it('are answered with a refusal where cTrader cannot be reached, and asked again where an answer was lost', () => {
    playing(({ at, peer, broker }) => {
      const ann = peer('ann')
      at(3_000, () => {
        broker.silence()
        ann.send(request(PROTO_OA_TRADER_REQ))
      })
      at(40_000, () => {
        expect(after(ann, '2102').some(({ payload }) => payload?.['errorCode'] !== undefined)).toBe(true)
      })
    })
  })
})
