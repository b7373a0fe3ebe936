/** Makes things go wrong on a simulator, in virtual time. */
import { asyncScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  PayloadType,
  ProtoOAOrderType,
  ProtoOATradeSide,
  createClient,
  formatMoney,
  toPrice,
} from 'rx-ctrader'
import { createSimulator, parseFault } from 'rx-ctrader/simulator'

const scheduler = new TestScheduler(() => undefined)
scheduler.run(() => {
  scheduler.maxFrames = 120_000
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  account.authenticated$.subscribe(({ status }) => console.log(status))

  asyncScheduler.schedule(() => {
    // #region swallow
    // The next order takes effect and is not answered: the worst that a network can do.
    broker.fault({
      kind: 'swallow',
      payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
      takesEffect: true,
    })
    const order = {
      symbolId: 1,
      orderType: ProtoOAOrderType.LIMIT,
      tradeSide: ProtoOATradeSide.BUY,
      volume: 100_000,
      limitPrice: 1.05,
    }
    account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, order).subscribe({
      error: (error: unknown) => {
        console.log(String(error))
        console.log(`orders: ${broker.exchange.ledger(12345678).orders.length}`)
      },
    })
    // #endregion
  }, 1_000)

  asyncScheduler.schedule(() => {
    // #region market
    const bid = (): number => toPrice(broker.market.quoteAt(1, broker.now()).bid)
    const before = bid()
    broker.shift(1, -1_000) // EURUSD falls by 0.01, as of its next tick
    asyncScheduler.schedule(() => console.log(`fell by ${(before - bid()).toFixed(2)}`), 5_000)

    broker.trade((exchange, at) => {
      exchange.deposit(12345678, 50_000, at)
    })
    console.log(formatMoney(broker.exchange.ledger(12345678).trader.balance, 2))
    // #endregion
  }, 30_000)

  asyncScheduler.schedule(() => {
    // #region lines
    broker.fault({ kind: 'drop' }) // all lines
    broker.fault({ kind: 'drop', on: { accountId: 12345678 } }) // those of an account
    broker.fault({ kind: 'drop' }, ({ line }) => line % 2 === 1) // those that a filter picks
    // #endregion
  }, 60_000)

  asyncScheduler.schedule(() => {
    // #region json
    const read = parseFault(JSON.parse('{ "kind": "refuse", "errorCode": "MARKET_CLOSED", "time": 3 }'))
    if ('mistake' in read) console.log(`${read.mistake.field} ${read.mistake.detail}`)
    else broker.fault(read.fault)
    // #endregion
  }, 90_000)
})
