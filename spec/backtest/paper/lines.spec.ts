import { PayloadType, candles, orders, pips, placeOrder, positions, price, spots, units } from 'rx-ctrader'
import { filter, map } from 'rxjs'
import { ACCOUNT, paperScene } from './scene'

describe('the lines of paper trading', () => {
  it('are lost with that of the real account, and heal with it', () => {
    paperScene(({ strategist, broker, watch, at }) => {
      const { account } = strategist()
      const states = watch(account.authenticated$.pipe(map(({ status }) => status)), 120_000)
      const quotes = watch(spots(account, 'EURUSD'), 120_000)
      const bars = watch(candles(account, 'EURUSD', 'M1'), 120_000)
      const held = watch(positions(account), 120_000)
      watch(placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) }))
      at(30_000, () => {
        // For some time no line can be opened.
        broker.fault({ kind: 'maintenance', seconds: 20, drops: true })
      })
      at(40_000, () => {
        expect(states.values.at(-1)).not.toBe('authenticated')
        const during = quotes.timed.filter(([ms]) => ms > 31_000)
        expect(during).toEqual([])
      })
      at(115_000, () => {
        expect(states.values.filter(status => status === 'authenticated')).toHaveLength(2)
        expect(states.values).toContain('reconnecting')
        expect(quotes.timed.filter(([ms]) => ms > 90_000).length).toBeGreaterThan(5)
        expect(bars.error).toBeUndefined()
        // The account outlives its lines.
        expect(held.values.at(-1)?.all).toHaveLength(1)
      })
    })
  })

  it('fill a stop that was passed while there was no line at the first price after it', () => {
    paperScene(({ strategist, broker, watch, at }) => {
      const { account } = strategist()
      const held = watch(positions(account), 120_000)
      const deals = watch(
        account.on(PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
          map(({ payload: { deal } }) => deal),
          filter(deal => deal?.closePositionDetail !== undefined),
        ),
        120_000,
      )
      const quotes = watch(spots(account, 'EURUSD'), 120_000)
      watch(
        placeOrder(account, {
          type: 'market',
          symbol: 'EURUSD',
          side: 'buy',
          volume: units(1_000),
          stopLoss: pips(20),
        }),
      )
      at(30_000, () => {
        broker.fault({ kind: 'maintenance', seconds: 20, drops: true })
      })
      at(35_000, () => {
        // By a hundred pips, far beyond the stop.
        broker.shift(1, -1_000)
      })
      at(115_000, () => {
        expect(held.values.at(-1)?.all).toEqual([])
        // It was closed before the client was back, which finds it in the list.
        expect(deals.values).toEqual([])
        const list = watch(
          account.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, {
            fromTimestamp: 0,
            toTimestamp: broker.now(),
          }),
        )
        at(1_000, () => {
          const closing = list.values[0]?.deal?.find(deal => deal.closePositionDetail !== undefined)
          const first = quotes.timed.find(([ms]) => ms > 31_000)
          expect(first).toBeDefined()
          expect(closing?.executionPrice).toBe(first?.[1].bid)
        })
      })
    })
  })

  it('let every client in, with the account of the real one, to trade it', () => {
    paperScene(({ strategist, watch, at }) => {
      const { client, account } = strategist()
      const may = watch(account.canTrade$)
      const renewed = watch(client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken: 'any' }))
      const other = watch(
        client
          .account({ accountId: ACCOUNT + 1, accessToken: 'any' })
          .authenticated$.pipe(map(s => s.status)),
      )
      at(20_000, () => {
        expect(may.values).toEqual([true])
        expect(renewed.error).toMatchObject({ errorCode: 'CH_ACCESS_TOKEN_INVALID' })
        expect(other.values.at(-1)).not.toBe('authenticated')
      })
    })
  })

  it('trade where the real account may only be viewed', () => {
    paperScene(
      ({ strategist, real, watch, at }) => {
        const { account } = strategist()
        const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) } as const
        const refused = watch(placeOrder(real, order))
        const placed = watch(placeOrder(account, order))
        at(5_000, () => {
          expect(refused.error).toMatchObject({ rule: 'permissionScope' })
          expect(placed.values.at(-1)?.status).toBe('filled')
        })
      },
      {
        grants: [{ accessToken: 'demo', refreshToken: 'demo', accountIds: [ACCOUNT], permissionScope: 0 }],
      },
    )
  })

  it('have one account for all clients of one `paper`', () => {
    paperScene(({ strategist, watch, at }) => {
      const { client, account } = strategist()
      const seen = watch(orders(account))
      watch(
        client
          .account({ accountId: ACCOUNT, accessToken: 'other' })
          .request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 2,
            tradeSide: 1,
            volume: 100_000,
            limitPrice: 1,
          }),
      )
      watch(
        placeOrder(account, {
          type: 'limit',
          symbol: 'EURUSD',
          side: 'buy',
          volume: units(1_000),
          price: price(1),
        }),
      )
      at(5_000, () => {
        expect(seen.values.at(-1)?.all).toHaveLength(2)
      })
    })
  })
})
