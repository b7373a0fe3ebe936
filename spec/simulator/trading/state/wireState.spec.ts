import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../../support/account'
import type { RawFrame } from '../../../support/rawClient'
import { ask, buy, play, answerTo } from './wireScene'
import type { Script } from './wireScene'

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
    }).filter(({ payloadType }) => payloadType === PayloadType.PROTO_OA_RECONCILE_RES)
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
    expect(heard.at(-1)).toMatchObject({
      payloadType: PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_RES,
      payload: { moneyDigits: 2 },
    })
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
    expect(heard[1]).toEqual({ payloadType: PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_RES, clientMsgId: 'ask' })
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
    expect(long).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      payload: { errorCode: 'INCORRECT_BOUNDARIES' },
    })
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
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      clientMsgId: 'ask',
      payload: { errorCode, description: expect.stringMatching(/\w/) as string },
    })
  })
})
