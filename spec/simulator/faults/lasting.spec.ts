import { PayloadType } from 'rx-ctrader'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import type { RawClient, RawFrame } from '../../support/rawClient'
import { HEARTBEAT, after, request, scene, typesOf, version } from '../faultScene'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_RES,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_CHANGED_EVENT,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const ofAccount = { ctidTraderAccountId: ACCOUNT }
const spots = request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ...ofAccount, symbolId: [1, 2] })
const order = (clientMsgId: string, more: object = {}): object =>
  request(PROTO_OA_NEW_ORDER_REQ, clientMsgId, {
    ...ofAccount,
    symbolId: 1,
    orderType: 1,
    tradeSide: 1,
    volume: 100_000,
    ...more,
  })

const named = (client: RawClient, id: string): RawFrame | undefined =>
  client.frames().find(({ clientMsgId }) => clientMsgId === id)

describe('a deaf server', () => {
  it('takes nothing up, and beats and quotes on', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      client.send(spots)
      at(1_000, () => {
        broker.fault({ kind: 'deaf' })
        expect(broker.lines()).toMatchObject([{ deaf: true }])
      })
      for (let ms = 2_000; ms < 200_000; ms += 10_000) at(ms, () => client.send(version('unheard')))
      at(200_000, () => {
        expect(named(client, 'unheard')).toBeUndefined()
        expect(client.timed.filter(([ms, text]) => ms > 150_000 && text.includes('2131'))).not.toEqual([])
        expect(client.closed).toBeUndefined()
        broker.fault({ kind: 'recover' })
        client.send(version('heard'))
      })
      at(200_100, () => {
        expect(named(client, 'heard')).toBeDefined()
        client.leave()
      })
    })
  })

  it('beats on a line without prices, which it does not take for idle while the client speaks', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => broker.fault({ kind: 'deaf' }))
      for (let ms = 10_000; ms < 130_000; ms += 10_000)
        at(ms, () => client.send({ payloadType: HEARTBEAT_EVENT }))
      at(130_000, () => {
        expect(after(client, 2)).toEqual(Array<string>(4).fill(HEARTBEAT))
        client.leave()
      })
    })
  })

  it('hears those who come later', () => {
    scene(({ broker, authenticated, line, at }) => {
      const first = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'deaf' })
        const second = line()
        second.send(version('2'))
        first.send(version('1'))
        at(100, () => {
          expect(typesOf(second)).toEqual([PROTO_OA_VERSION_RES])
          expect(named(first, '1')).toBeUndefined()
          first.leave()
          second.leave()
        })
      })
    })
  })
})

describe('a mute symbol', () => {
  const quotes = (client: RawClient, symbolId: number): Readonly<Record<string, unknown>>[] =>
    client
      .frames()
      .flatMap(({ payloadType, payload }) =>
        payloadType === PROTO_OA_SPOT_EVENT && payload?.['symbolId'] === symbolId ? [payload] : [],
      )

  it('is acknowledged and silent, and the others are not', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      broker.fault({ kind: 'mute', symbolId: 2 })
      at(1_000, () => client.send(spots))
      at(30_000, () => {
        expect(named(client, 'spots')).toMatchObject({ payloadType: PROTO_OA_SUBSCRIBE_SPOTS_RES })
        expect(quotes(client, 2)).toEqual([])
        expect(quotes(client, 1).length).toBeGreaterThan(1)
        broker.fault({ kind: 'recover' })
      })
      at(60_000, () => {
        expect(quotes(client, 2).length).toBeGreaterThan(0)
        client.leave()
      })
    })
  })

  it.each([
    ['bid', 'ask'],
    ['ask', 'bid'],
  ])('has no %s, if that is the side', (side, other) => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      broker.fault({ kind: 'mute', symbolId: 1, side })
      at(1_000, () =>
        client.send(
          spots,
          request(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, 'bars', { ...ofAccount, symbolId: 1, period: 1 }),
        ),
      )
      at(30_000, () => {
        const heard = quotes(client, 1)
        expect(heard.length).toBeGreaterThan(1)
        for (const quote of heard) {
          expect(quote).not.toHaveProperty(side)
          expect(quote).toHaveProperty(other)
        }
        // Bars are of bids.
        expect(heard.some(quote => 'trendbar' in quote)).toBe(side === 'ask')
        client.leave()
      })
    })
  })

  it('keeps its line beating', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      broker.fault({ kind: 'mute', symbolId: 1 })
      at(1_000, () =>
        client.send(request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, 'spots', { ...ofAccount, symbolId: [1] })),
      )
      at(40_000, () => {
        expect(after(client, 3)).toEqual([HEARTBEAT])
        client.leave()
      })
    })
  })
})

describe('an archived symbol', () => {
  const list = (id: string, more: object = {}): object =>
    request(PROTO_OA_SYMBOLS_LIST_REQ, id, { ...ofAccount, ...more })
  const idsIn = (frame: RawFrame | undefined, field: string): number[] =>
    ((frame?.payload?.[field] ?? []) as { symbolId: number }[]).map(({ symbolId }) => symbolId)

  const play = (check: (client: RawClient) => void, options?: object): void => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => client.send(order('held', { symbolId: 2 })))
      at(3_000, () => {
        broker.fault({ kind: 'unlist', symbolId: 2 })
        client.send(
          list('list'),
          list('all', { includeArchivedSymbols: true }),
          request(PROTO_OA_SYMBOL_BY_ID_REQ, 'ids', { ...ofAccount, symbolId: [1, 2] }),
          request(PROTO_OA_RECONCILE_REQ, 'reconcile', ofAccount),
        )
      })
      at(4_000, () => {
        check(client)
        client.leave()
      })
    }, options)
  }

  it('is in no list, while its terms and the positions in it are there (A6)', () => {
    play(client => {
      expect(idsIn(named(client, 'list'), 'symbol')).not.toContain(2)
      expect(idsIn(named(client, 'list'), 'symbol')).toContain(1)
      expect(named(client, 'list')?.payload).not.toHaveProperty('archivedSymbol')
      expect(idsIn(named(client, 'all'), 'archivedSymbol')).toEqual([2])
      expect(idsIn(named(client, 'ids'), 'symbol')).toEqual([1, 2])
      expect(named(client, 'reconcile')?.payload).toMatchObject({
        position: [{ tradeData: { symbolId: 2 } }],
      })
      expect(client.frames()).toContainEqual({
        payloadType: PROTO_OA_SYMBOL_CHANGED_EVENT,
        payload: { ctidTraderAccountId: ACCOUNT, symbolId: [2] },
      })
    })
  })

  it('is known by its name alone, if that is what the server does', () => {
    play(
      client => {
        expect(idsIn(named(client, 'ids'), 'symbol')).toEqual([1])
        expect(named(client, 'ids')?.payload).toMatchObject({
          archivedSymbol: [{ symbolId: 2, name: 'GBPUSD' }],
        })
      },
      { unknowns: { archivedById: 'archivedSymbol' } },
    )
  })

  it('is listed again by recover', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'unlist', symbolId: 2 })
        broker.fault({ kind: 'recover' })
        client.send(list('list'))
      })
      at(2_000, () => {
        expect(idsIn(named(client, 'list'), 'symbol')).toContain(2)
        expect(typesOf(client).filter(type => type === PROTO_OA_SYMBOL_CHANGED_EVENT)).toHaveLength(2)
        client.leave()
      })
    })
  })
})

describe('what is read of an account', () => {
  const reads: readonly (readonly [string, number, object, (frame: RawFrame | undefined) => unknown])[] = [
    [
      'positions',
      PROTO_OA_RECONCILE_REQ,
      {},
      frame => (frame?.payload?.['position'] as unknown[] | undefined)?.length ?? 0,
    ],
    [
      'orders',
      PROTO_OA_ORDER_LIST_REQ,
      {},
      frame => (frame?.payload?.['order'] as unknown[] | undefined)?.length ?? 0,
    ],
    [
      'deals',
      PROTO_OA_DEAL_LIST_REQ,
      {},
      frame => (frame?.payload?.['deal'] as unknown[] | undefined)?.length ?? 0,
    ],
    [
      'the balance',
      PROTO_OA_TRADER_REQ,
      {},
      frame => (frame?.payload?.['trader'] as { balanceVersion: number }).balanceVersion - 1,
    ],
  ]

  const play = (fault: Fault, check: (client: RawClient, broker: Simulator) => void): void => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault(fault)
        client.send(order('one'))
      })
      at(2_000, () => {
        broker.trade((exchange, now) => {
          exchange.deposit(ACCOUNT, 100, now)
        })
      })
      for (const ms of [2_500, 5_500])
        at(ms, () =>
          client.send(
            ...reads.map(([what, type, more]) => request(type, `${what} ${ms}`, { ...ofAccount, ...more })),
          ),
        )
      at(6_000, () => {
        check(client, broker)
        client.leave()
      })
    })
  }

  it('lags so far behind', () => {
    play({ kind: 'lag', ms: 3_000 }, client => {
      for (const [what, , , count] of reads) {
        expect([what, count(named(client, `${what} 2500`))]).toEqual([what, 0])
        expect([what, count(named(client, `${what} 5500`))]).toEqual([what, 1])
      }
    })
  })

  it('lags where it is asked for by one request, and not by the others', () => {
    play({ kind: 'lag', payloadType: PROTO_OA_RECONCILE_REQ, ms: 3_000 }, client => {
      for (const [what, type, , count] of reads)
        expect([what, count(named(client, `${what} 2500`))]).toEqual([
          what,
          type === PROTO_OA_RECONCILE_REQ ? 0 : 1,
        ])
    })
  })

  it('is of now again with 0 or after recover', () => {
    for (const end of [{ kind: 'lag', ms: 0 }, { kind: 'recover' }] as const)
      scene(({ broker, authenticated, at }) => {
        const client = authenticated()
        at(1_000, () => {
          broker.fault({ kind: 'lag', ms: 60_000 })
          client.send(order('one'))
        })
        at(2_000, () => {
          broker.fault(end)
          client.send(request(PROTO_OA_RECONCILE_REQ, 'positions', ofAccount))
        })
        at(3_000, () => {
          expect(named(client, 'positions')?.payload).toMatchObject({ position: [{}] })
          client.leave()
        })
      })
  })

  it('was at some time as the events had told', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'lag', ms: 1_000 })
        client.send(order('limit', { orderType: 2, limitPrice: 0.9, volume: 500_000 }))
      })
      at(2_000, () =>
        client.send(
          request(PROTO_OA_AMEND_ORDER_REQ, 'amend', { ...ofAccount, orderId: 0, volume: 100_000 }),
          {
            payloadType: PROTO_OA_AMEND_ORDER_REQ,
            clientMsgId: 'amend',
            payload: {
              ...ofAccount,
              orderId: (broker.exchange.ledger(ACCOUNT).orders[0] as { orderId: number }).orderId,
              volume: 300_000,
              limitPrice: 0.9,
            },
          },
        ),
      )
      at(2_500, () => client.send(request(PROTO_OA_RECONCILE_REQ, 'before', ofAccount)))
      at(3_500, () => client.send(request(PROTO_OA_RECONCILE_REQ, 'after', ofAccount)))
      at(4_000, () => {
        const volume = (id: string): unknown => named(client, id)?.payload?.['order']
        expect(volume('before')).toMatchObject([{ tradeData: { volume: 500_000 } }])
        expect(volume('after')).toMatchObject([{ tradeData: { volume: 300_000 } }])
        client.leave()
      })
    })
  })
})
