import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { codecOf } from '../../../../src/protocol/table'
import type { MessageType } from '../../../../src/protocol/table'
import { ACCOUNT } from '../../../support/account'
import { rawClient } from '../../../support/rawClient'
import type { RawClient, RawFrame } from '../../../support/rawClient'
import { inVirtualTime } from '../../../support/virtualTime'

const WEDNESDAY_NOON = Date.UTC(2026, 0, 7, 12)
const SATURDAY = Date.UTC(2026, 0, 10, 12)

const appAuth = { payloadType: 2100, payload: { clientId: 'demo', clientSecret: 'demo' } }
const auth = (accessToken = 'demo', ctidTraderAccountId = ACCOUNT): RawFrame => ({
  payloadType: 2102,
  payload: { ctidTraderAccountId, accessToken },
})
const ask = (
  payloadType: number,
  payload: Readonly<Record<string, unknown>> = {},
  clientMsgId = 'ask',
): RawFrame => ({
  payloadType,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})
const buy = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 1_000_000 }

type Script = (scene: {
  readonly broker: Simulator
  readonly client: RawClient
  /** Sends at a time, in ms. */
  readonly send: (ms: number, frame: RawFrame | (() => RawFrame)) => void
  readonly at: (ms: number, act: () => void) => void
}) => void

/** Plays a script on an authenticated line and gives back what came of it, without heartbeats. */
const play = (script: Script, options: SimulatorOptions = {}, token = 'demo', lasts = 5_000): RawFrame[] => {
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

const answerTo = (frame: RawFrame, options: SimulatorOptions = {}, token = 'demo'): RawFrame | undefined =>
  play(({ send }) => send(10, frame), options, token).at(-1)

const viewer: SimulatorOptions = {
  grants: [{ accessToken: 'view', refreshToken: 'r', accountIds: [ACCOUNT], permissionScope: 0 }],
}

describe('an order over the wire', () => {
  it('is answered by execution events in the server’s key order, which decode without drift', () => {
    const heard = play(({ send }) => {
      send(10, ask(2106, { ...buy, relativeStopLoss: 100, relativeTakeProfit: 100 }, 'o'))
    })
    expect(heard.slice(0, 3).map(({ payload }) => payload?.['executionType'])).toEqual([2, 3, 2])
    for (const { payloadType, payload } of heard) {
      const drift: string[] = []
      const codec = codecOf(payloadType as MessageType)
      expect(codec.check(payload, (owner, field) => drift.push(`${owner}.${field}`))).not.toBe(0)
      expect(drift).toEqual([])
      expect(JSON.stringify(codec.encode(payload as never))).toBe(JSON.stringify(payload))
    }
  })

  it('is filled at the market’s price', () => {
    const heard = play(({ broker, send, at }) => {
      send(10, ask(2106, buy, 'o'))
      at(1_000, () => {
        const deal = broker.exchange.ledger(ACCOUNT).deals[0]
        const quote = broker.market.quoteAt(1, deal?.executionTimestamp ?? 0)
        expect(deal?.executionPrice).toBe(quote.ask / 100_000)
      })
    })
    expect(heard.map(({ clientMsgId }) => clientMsgId)).toEqual(['o', 'o'])
  })

  it('is told to every session of the account, and to no other', () => {
    inVirtualTime(({ at }) => {
      const other = { accountId: 99, isLive: false, traderLogin: 9, brokerTitleShort: 'b' }
      const broker = createSimulator({
        accounts: [{ accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'b' }, other],
        grants: [{ accessToken: 'demo', refreshToken: 'r', accountIds: [ACCOUNT, 99], permissionScope: 1 }],
      })
      const [one, two, three] = [
        rawClient(broker.connect),
        rawClient(broker.connect),
        rawClient(broker.connect),
      ]
      one.send(appAuth, auth())
      two.send(appAuth, auth())
      three.send(appAuth, auth('demo', 99))
      at(10, () => {
        one.send(ask(2106, buy, 'o'))
      })
      at(1_000, () => {
        const events = (client: RawClient): unknown[] =>
          client.received.filter(text => text.startsWith('{"payloadType":2126'))
        expect(events(one)).toHaveLength(2)
        expect(events(two)).toEqual(events(one))
        expect(events(three)).toEqual([])
        for (const client of [one, two, three]) client.leave()
      })
    })
  })

  it('goes on while nobody is connected, and is found as of its own time', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator()
      const client = rawClient(broker.connect)
      client.send(appAuth, auth(), ask(2106, buy, 'o'))
      at(100, client.leave)
      at(3_600_000, () => {
        const later = rawClient(broker.connect)
        later.send(appAuth, auth(), ask(2133))
        at(10, () => {
          const deals = later.frames().at(-1)?.payload?.['deal'] as { executionTimestamp: number }[]
          expect(deals).toHaveLength(1)
          expect((deals[0]?.executionTimestamp ?? 0) - WEDNESDAY_NOON).toBeLessThan(300)
          later.leave()
        })
      })
    })
  })
})

describe('order commands', () => {
  const commands = [
    ['2106', ask(2106, buy)],
    ['2108', ask(2108, { orderId: 1 })],
    ['2109', ask(2109, { orderId: 1 })],
    ['2110', ask(2110, { positionId: 1 })],
    ['2111', ask(2111, { positionId: 1, volume: 1 })],
  ] as const

  it.each(commands)('%s is refused by 2132 to a token that permits viewing only', (_, frame) => {
    expect(answerTo(frame, viewer, 'view')).toMatchObject({
      payloadType: 2132,
      clientMsgId: 'ask',
      payload: { errorCode: 'TRADING_NOT_ALLOWED', ctidTraderAccountId: ACCOUNT },
    })
  })

  it.each([
    ['2106', ask(2106, { ...buy, volume: 0 }), 'TRADING_BAD_VOLUME'],
    ['2108', ask(2108, { orderId: 1 }), 'ORDER_NOT_FOUND'],
    ['2109', ask(2109, { orderId: 1 }), 'ORDER_NOT_FOUND'],
    ['2110', ask(2110, { positionId: 1 }), 'POSITION_NOT_FOUND'],
    ['2111', ask(2111, { positionId: 1, volume: 1 }), 'POSITION_NOT_FOUND'],
  ])('%s is refused by 2132 for what it asks', (_, frame, errorCode) => {
    expect(answerTo(frame)).toMatchObject({ payloadType: 2132, clientMsgId: 'ask', payload: { errorCode } })
  })

  it('is refused when the market is closed', () => {
    expect(answerTo(ask(2106, buy), { start: SATURDAY })).toMatchObject({
      payloadType: 2132,
      payload: { errorCode: 'MARKET_CLOSED' },
    })
  })
})

const queries = [
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

describe('without authentication', () => {
  const said = (...frames: object[]): RawFrame | undefined => {
    const heard: RawFrame[] = []
    inVirtualTime(({ at }) => {
      const client = rawClient(createSimulator().connect)
      client.send(...frames)
      at(100, () => {
        heard.push(...client.frames())
        client.leave()
      })
    })
    return heard.at(-1)
  }

  it.each(queries)('%s is refused: of the application', (_, frame) => {
    expect(said(frame)).toMatchObject({
      payloadType: 2142,
      clientMsgId: 'ask',
      payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' },
    })
  })

  it.each(queries)('%s is refused: of the account', (_, frame) => {
    expect(said(appAuth, frame)).toMatchObject({
      payloadType: 2142,
      clientMsgId: 'ask',
      payload: { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' },
    })
  })
})

describe('the state of the account', () => {
  it('is told by 2122', () => {
    expect(answerTo(ask(2121))?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      trader: {
        ctidTraderAccountId: ACCOUNT,
        balance: 1_000_000,
        balanceVersion: 1,
        managerBonus: 0,
        ibBonus: 0,
        nonWithdrawableBonus: 0,
        accessRights: 0,
        depositAssetId: expect.any(Number) as number,
        swapFree: false,
        leverageInCents: 10_000,
        totalMarginCalculationType: 0,
        maxLeverage: 100,
        traderLogin: 3000001,
        accountType: 0,
        brokerName: 'Simulator',
        registrationTimestamp: expect.any(Number) as number,
        isLimitedRisk: false,
        moneyDigits: 2,
        fairStopOut: true,
        stopOutStrategy: 0,
      },
    })
  })

  it('is reconciled by 2125: positions and pending orders, protections only when asked for', () => {
    const heard = play(({ send }) => {
      send(10, ask(2106, { ...buy, relativeStopLoss: 500 }, 'o'))
      send(400, ask(2106, { ...buy, orderType: 2, limitPrice: 1 }, 'p'))
      send(800, ask(2124))
      send(900, ask(2124, { returnProtectionOrders: true }))
    }).filter(({ payloadType }) => payloadType === 2125)
    const types = heard.map(({ payload }) =>
      (payload?.['order'] as { orderType: number }[]).map(one => one.orderType),
    )
    expect(heard.map(({ payload }) => (payload?.['position'] as object[]).length)).toEqual([1, 1])
    expect(types).toEqual([[2], [4, 2]])
  })

  it('leaves empty lists out', () => {
    expect(answerTo(ask(2124))?.payload).toEqual({ ctidTraderAccountId: ACCOUNT })
  })

  it('tells the unrealised profit: gross, and net of the costs so far', () => {
    const heard = play(({ broker, client, send, at }) => {
      send(10, ask(2106, buy, 'o'))
      send(2_000, ask(2187))
      // Heard at 2,001 ms, for the script begins at 1.
      at(2_001, () => {
        const rows = client.frames().at(-1)?.payload?.['positionUnrealizedPnL']
        const [position] = broker.exchange.ledger(ACCOUNT).positions
        const { bid } = broker.market.quoteAt(1, broker.now())
        const gross = Math.round(bid - (position?.price ?? 0) * 100_000) * 10
        expect(rows).toEqual([
          {
            positionId: position?.positionId,
            grossUnrealizedPnL: gross,
            netUnrealizedPnL: gross + (position?.commission ?? 0),
          },
        ])
      })
    })
    expect(heard.at(-1)).toMatchObject({ payloadType: 2188, payload: { moneyDigits: 2 } })
  })

  it('has three margin calls, whose thresholds can be moved; all sessions are told', () => {
    const heard = play(({ send }) => {
      send(10, ask(2167))
      send(20, ask(2169, { marginCall: { marginCallType: 62, marginLevelThreshold: 60 } }))
      send(30, ask(2167))
    })
    const levels = (frame: RawFrame | undefined): unknown[] =>
      (frame?.payload?.['marginCall'] as Record<string, number>[]).map(call => [
        call['marginCallType'],
        call['marginLevelThreshold'],
      ])
    expect(heard.map(({ payloadType }) => payloadType)).toEqual([2168, 2170, 2171, 2168])
    expect(levels(heard[0])).toEqual([
      [61, 100],
      [62, 70],
      [63, 50],
    ])
    expect(heard[1]).toEqual({ payloadType: 2170, clientMsgId: 'ask' })
    expect(heard[2]?.payload).toMatchObject({ marginCall: { marginCallType: 62, marginLevelThreshold: 60 } })
    expect(levels(heard[3])[1]).toEqual([62, 60])
  })

  it('says what margin a volume would take, and that it does', () => {
    const heard = play(({ send }) => {
      send(10, ask(2139, { symbolId: 1, volume: [1_000_000, 2_000_000] }))
      send(20, ask(2106, buy, 'o'))
    })
    const margin = heard[0]?.payload?.['margin'] as {
      buyMargin: number
      sellMargin: number
      volume: number
    }[]
    expect(margin.map(({ volume }) => volume)).toEqual([1_000_000, 2_000_000])
    const { usedMargin } = heard[2]?.payload?.['position'] as { usedMargin: number }
    expect(Math.abs((margin[0]?.buyMargin ?? 0) - usedMargin)).toBeLessThan(5)
    expect(margin[0]?.sellMargin).toBe(margin[0]?.buyMargin)
  })

  it('has dynamic leverages, by the ids of the symbols', () => {
    const { leverages } = createSimulator().market.catalogue
    expect(answerTo(ask(2177, { leverageId: leverages[0]?.leverageId }))?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      leverage: leverages[0],
    })
  })
})

describe('history', () => {
  const session: Script = ({ broker, send }) => {
    send(10, ask(2106, { ...buy, volume: 3_000_000 }, 'o'))
    for (const ms of [500, 1_000, 1_500])
      send(ms, () =>
        ask(
          2111,
          { positionId: broker.exchange.ledger(ACCOUNT).positions[0]?.positionId, volume: 1_000_000 },
          'c',
        ),
      )
  }
  /** What is answered to a question about that session, which the ledger may have to help to put. */
  const asked = (
    payloadType: number,
    payload: (broker: Simulator) => Readonly<Record<string, unknown>> = () => ({}),
  ): RawFrame | undefined =>
    play(scene => {
      session(scene)
      scene.send(3_000, () => ask(payloadType, payload(scene.broker)))
    }).at(-1)
  const first = (part: 'positionId' | 'orderId' | 'dealId', { exchange }: Simulator): number => {
    const [deal] = exchange.ledger(ACCOUNT).deals
    return deal?.[part] ?? 0
  }
  const deals = (frame: RawFrame | undefined): number[] =>
    (frame?.payload?.['deal'] as { executionTimestamp: number }[]).map(deal => deal.executionTimestamp)

  it('lists deals, newest first', () => {
    const listed = asked(2133)
    expect(deals(listed)).toHaveLength(4)
    expect(deals(listed)).toEqual(deals(listed).sort((a, b) => b - a))
    expect(listed?.payload?.['hasMore']).toBe(false)
  })

  it('cuts the list off at maxRows, and says that there is more', () => {
    const all = deals(asked(2133))
    const cut = asked(2133, () => ({ maxRows: 3 }))
    expect(deals(cut)).toEqual(all.slice(0, 3))
    expect(cut?.payload?.['hasMore']).toBe(true)
    expect(asked(2133, () => ({ maxRows: 4 }))?.payload?.['hasMore']).toBe(false)
  })

  it('keeps to the bounds, both included', () => {
    const all = deals(asked(2133))
    const some = asked(2133, () => ({ fromTimestamp: all[2], toTimestamp: all[1] }))
    expect(deals(some)).toEqual(all.slice(1, 3))
  })

  it('lists the deals and the orders of a position', () => {
    expect(deals(asked(2179, broker => ({ positionId: first('positionId', broker) })))).toHaveLength(4)
    const orders = asked(2183, broker => ({ positionId: first('positionId', broker) }))
    expect(orders?.payload?.['order']).toHaveLength(4)
  })

  it('lists orders, last updated first', () => {
    const orders = asked(2175)?.payload?.['order'] as { utcLastUpdateTimestamp: number }[]
    const times = orders.map(order => order.utcLastUpdateTimestamp)
    expect(times).toHaveLength(4)
    expect(times).toEqual([...times].sort((a, b) => b - a))
  })

  it('gives the details of an order', () => {
    const details = asked(2181, broker => ({ orderId: first('orderId', broker) }))
    expect(details?.payload).toMatchObject({
      order: { orderStatus: 2, executedVolume: 3_000_000 },
      deal: [{ filledVolume: 3_000_000 }],
    })
  })

  it('says what closed a deal, and what a deal closed', () => {
    const opening = asked(2185, broker => ({ dealId: first('dealId', broker) }))?.payload
    expect((opening?.['offsetBy'] as { volume: number }[]).map(({ volume }) => volume)).toEqual([
      1_000_000, 1_000_000, 1_000_000,
    ])
    const closing = asked(2185, ({ exchange }) => ({ dealId: exchange.ledger(ACCOUNT).deals[1]?.dealId }))
    expect(closing?.payload?.['offsetting']).toMatchObject([{ volume: 1_000_000 }])
    expect(closing?.payload).not.toHaveProperty('offsetBy')
  })

  it('has the cash flow of a week at most', () => {
    const now = (broker: Simulator): number => broker.now()
    const flow = asked(2143, broker => ({
      fromTimestamp: now(broker) - 604_800_000,
      toTimestamp: now(broker),
    }))
    expect(flow?.payload?.['depositWithdraw']).toMatchObject([{ delta: 1_000_000, operationType: 0 }])
    const long = asked(2143, broker => ({
      fromTimestamp: now(broker) - 604_800_001,
      toTimestamp: now(broker),
    }))
    expect(long).toMatchObject({ payloadType: 2142, payload: { errorCode: 'INCORRECT_BOUNDARIES' } })
  })

  it.each([
    ['2133 backwards', 2133, { fromTimestamp: 2, toTimestamp: 1 }, 'INCORRECT_BOUNDARIES'],
    ['2133 of no rows', 2133, { maxRows: 0 }, 'INVALID_REQUEST'],
    ['2143 backwards', 2143, { fromTimestamp: 2, toTimestamp: 1 }, 'INCORRECT_BOUNDARIES'],
    ['2175 backwards', 2175, { fromTimestamp: 2, toTimestamp: 1 }, 'INCORRECT_BOUNDARIES'],
    [
      '2179 of more than a week',
      2179,
      { positionId: 1, fromTimestamp: 0, toTimestamp: 604_800_001 },
      'INCORRECT_BOUNDARIES',
    ],
    [
      '2183 of more than a week',
      2183,
      { positionId: 1, fromTimestamp: 0, toTimestamp: 604_800_001 },
      'INCORRECT_BOUNDARIES',
    ],
    ['2179 of an unknown position', 2179, { positionId: 1 }, 'POSITION_NOT_FOUND'],
    ['2183 of an unknown position', 2183, { positionId: 1 }, 'POSITION_NOT_FOUND'],
    ['2181 of an unknown order', 2181, { orderId: 1 }, 'ORDER_NOT_FOUND'],
    ['2185 of an unknown deal', 2185, { dealId: 1 }, 'ENTITY_NOT_FOUND'],
    ['2177 of an unknown leverage', 2177, { leverageId: 999_999 }, 'ENTITY_NOT_FOUND'],
    ['2139 of an unknown symbol', 2139, { symbolId: 999_999, volume: [1] }, 'SYMBOL_NOT_FOUND'],
    ['2139 of no volume', 2139, { symbolId: 1, volume: [0] }, 'INVALID_REQUEST'],
    [
      '2169 of an unknown call',
      2169,
      { marginCall: { marginCallType: 64, marginLevelThreshold: 1 } },
      'INVALID_REQUEST',
    ],
    [
      '2169 without a threshold',
      2169,
      { marginCall: { marginCallType: 61, marginLevelThreshold: 0 } },
      'INVALID_REQUEST',
    ],
  ])('refuses %s by 2142', (_, payloadType, payload, errorCode) => {
    expect(answerTo(ask(payloadType, payload))).toMatchObject({
      payloadType: 2142,
      clientMsgId: 'ask',
      payload: { errorCode, description: expect.stringMatching(/\w/) as string },
    })
  })
})

describe('the withdrawn subscriptions to profit', () => {
  it.each([2190, 2192])('are not supported: %d (D7)', payloadType => {
    expect(answerTo(ask(payloadType))?.payload).toMatchObject({ errorCode: 'UNSUPPORTED_MESSAGE' })
  })

  it('are served if the unknown is set so: at most once a second, and only changes (D7)', () => {
    const heard = play(
      ({ send }) => {
        send(10, ask(2192))
        send(20, ask(2190))
        send(30, ask(2190))
        send(40, ask(2106, buy, 'o'))
        send(9_000, ask(2192))
      },
      { unknowns: { pnlSubscriptions: true } },
      'demo',
      15_000,
    )
    expect(heard.slice(0, 4).map(({ payload }) => payload?.['errorCode'])).toEqual([
      'NOT_SUBSCRIBED_TO_PNL',
      undefined,
      undefined,
      'ALREADY_SUBSCRIBED',
    ])
    const events = heard.filter(({ payloadType }) => payloadType === 2189)
    expect(events[0]?.payload).toEqual({
      ctidTraderAccountId: ACCOUNT,
      grossUnrealizedPnL: 0,
      netUnrealizedPnL: 0,
      moneyDigits: 2,
    })
    expect(events.length).toBeGreaterThan(2)
    expect(events.length).toBeLessThan(11)
    const profits = events.map(({ payload }) => payload?.['netUnrealizedPnL'])
    profits.forEach((profit, index) => expect(profit).not.toBe(profits[index + 1]))
    expect(heard.at(-1)?.payloadType).toBe(2193)
  })

  it('leave no timer behind when the session goes', () => {
    play(({ send }) => send(10, ask(2190)), { unknowns: { pnlSubscriptions: true } })
  })
})
