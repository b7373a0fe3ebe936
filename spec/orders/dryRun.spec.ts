import { NEVER } from 'rxjs'
import { PayloadType, createClient, lots, pips, price } from 'rx-ctrader'
import type { NewOrder } from 'rx-ctrader'
import { dryRun } from '../../src/orders/dryRun'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import { containing, sent } from '../support/drawn'
import { inVirtualTime } from '../support/virtualTime'

const NEW_ORDER = PayloadType.PROTO_OA_NEW_ORDER_REQ
const MARGIN = PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ
const buy: NewOrder = {
  symbol: 'EURUSD',
  side: 'buy',
  type: 'market',
  volume: lots(0.1),
  stopLoss: pips(20),
}

const leveraged = {
  accounts: [
    { accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'Simulator', leverage: 500 },
  ],
}

describe('dryRun', () => {
  it('errors where there is no line for as long as a request may take', () => {
    inVirtualTime(({ at, watch }) => {
      const client = createClient({
        connect: () => NEVER,
        connectTimeout: 600_000,
        clientId: 'demo',
        clientSecret: 'demo',
      })
      const seen = watch(dryRun(client.account({ accountId: ACCOUNT, accessToken: 'demo' }), buy))
      at(10_001, () => {
        expect(seen.error).toMatchObject({ reason: 'Timeout', payloadType: MARGIN, sent: false })
      })
    })
  })

  it('gives what would be sent, and the margin it would take, and sends no order', () => {
    const { broker } = marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const sell: NewOrder = { ...buy, side: 'sell', type: 'limit', price: price(1.2), volume: lots(0.03) }
      expectObservable(dryRun(account, buy)).toBe('(b|)', {
        b: containing({
          request: {
            ctidTraderAccountId: ACCOUNT,
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 1_000_000,
            relativeStopLoss: 200,
          },
          moneyDigits: 2,
        }),
      })
      const limit: unknown = containing({ tradeSide: 2, limitPrice: 1.2 })
      expectObservable(dryRun(account, sell)).toBe('(s|)', {
        s: containing({ request: limit, moneyDigits: 2 }),
      })
      expectRequests(MARGIN, NEW_ORDER).toBe('(mm)', { m: sent(MARGIN) })
      return kit
    })
    expect(broker.exchange.ledger(ACCOUNT).orders).toEqual([])
  })

  it('gives the margin of the side of the order', () => {
    scene(({ account, at, broker, watch }) => {
      broker.trade((exchange, time) => {
        exchange.deposit(ACCOUNT, 1_000_000_000, time)
      })
      // What is bought already puts what is bought on top of it under a lower leverage.
      at(1_000, () => {
        account
          .request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 900_000_000,
          })
          .subscribe()
      })
      at(10_000, () => {
        const volume = lots(50)
        const bought = watch(dryRun(account, { ...buy, volume }))
        const sold = watch(dryRun(account, { ...buy, volume, side: 'sell' }))
        const asked = watch(account.request(MARGIN, { symbolId: 1, volume: [500_000_000] }))
        at(1_000, () => {
          const [{ buyMargin, sellMargin } = { buyMargin: NaN, sellMargin: NaN }] =
            asked.values[0]?.margin ?? []
          expect(buyMargin).toBeGreaterThan(sellMargin)
          expect(bought.values).toMatchObject([{ expectedMargin: buyMargin }])
          expect(sold.values).toMatchObject([{ expectedMargin: sellMargin }])
        })
      })
    }, leveraged)
  })

  it('errors with what is wrong, and asks for no margin then', () => {
    marbles(({ account, expectObservable, expectRequests }) => {
      const invalid = containing({ reason: 'InvalidOrder', rule: 'stepVolume', nearest: 0.01 })
      expectObservable(dryRun(account, { ...buy, volume: lots(0.013) })).toBe('#', {}, invalid)
      expectRequests(MARGIN).toBe('')
    })
  })
})
