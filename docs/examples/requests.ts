/** An order whose answer is lost, one that is refused, and one for an account of the other environment; in virtual time. */
import { asyncScheduler, catchError, map, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide, createClient, isCTraderError } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { ProtoOANewOrderReq } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'

// #region order
/** What became of an order: sent once, and where its answer was lost, looked up by its label. */
const place = (account: Account, order: Order): Observable<string> =>
  account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, order).pipe(
    map(() => 'accepted'),
    catchError((error: unknown) => {
      if (!isCTraderError(error)) return throwError(() => error)
      switch (error.reason) {
        case 'Refused':
          return [`refused: ${error.errorCode}`]
        case 'InvalidAnswer':
          return lookUp(account, order.label)
        case 'ConnectionLost':
        case 'Timeout':
          return error.sent ? lookUp(account, order.label) : ['not sent']
        default:
          return [`not sent: ${error.message}`]
      }
    }),
  )

const lookUp = (account: Account, label: string): Observable<string> =>
  account.request(PayloadType.PROTO_OA_RECONCILE_REQ, {}).pipe(
    map(({ position = [], order = [] }) => {
      const known = [...position, ...order].some(({ tradeData }) => tradeData.label === label)
      return known ? 'accepted, as was found out' : 'never arrived, or over already'
    }),
  )
// #endregion

type Order = Omit<ProtoOANewOrderReq, 'ctidTraderAccountId'> & { readonly label: string }

const scheduler = new TestScheduler(() => undefined)
scheduler.run(() => {
  scheduler.maxFrames = 60_000
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const order: Order = {
    symbolId: 1,
    orderType: ProtoOAOrderType.LIMIT,
    tradeSide: ProtoOATradeSide.BUY,
    volume: 100_000,
    limitPrice: 1.05,
    label: 'breakout 7',
  }
  const tell = (result: string): void => {
    console.log(result)
  }
  account.authenticated$.subscribe()

  asyncScheduler.schedule(() => {
    broker.fault({ kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: true })
    place(account, order).subscribe(tell)
  }, 1_000)
  asyncScheduler.schedule(() => {
    place(account, { ...order, volume: 1 }).subscribe(tell)
  }, 20_000)
  asyncScheduler.schedule(() => {
    // #region environment
    const connect = createSimulator({
      environment: 'live',
      accounts: [{ accountId: 12345678, isLive: true, traderLogin: 1, brokerTitleShort: 'Broker' }],
    }).connect
    const careful = createClient({ connect, environment: 'demo', clientId: 'demo', clientSecret: 'demo' })
    place(careful.account({ accountId: 12345678, accessToken: 'demo' }), order).subscribe(tell)
    // #endregion
  }, 21_000)
})
