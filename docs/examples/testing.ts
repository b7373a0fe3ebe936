/** A strategy, and its test: in virtual time, at a broker whose prices and faults are drawn. */
import { distinctUntilChanged, exhaustMap, filter, map, skip } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOAOrderType,
  ProtoOATradeSide,
  candles,
  lots,
  placeOrder,
  positions,
  spots,
} from 'rx-ctrader'
import type { Account, OrderUpdate } from 'rx-ctrader'
import { MARKET_START, bar, execution, marbles, request, spot } from 'rx-ctrader/testing'

// #region strategy
/** Buys when EURUSD gets cheap, and again only when it has been dear in between. */
const buyDips = (account: Account, cheap: number): Observable<OrderUpdate> =>
  spots(account, 'EURUSD').pipe(
    map(({ ask }) => ask < cheap),
    distinctUntilChanged(),
    filter(isCheap => isCheap),
    exhaustMap(() =>
      placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }),
    ),
  )
// #endregion

// #region test
marbles(({ broker, account, expectObservable, expectRequests }) => {
  broker.quotes('d 4s c 9s d 9s c', { d: { bid: 1.1, ask: 1.1002 }, c: { bid: 1.09, ask: 1.0902 } })
  // The line is lost when the first order has been accepted and not yet been filled.
  broker.faults('4100ms d')

  const status$ = buyDips(account, 1.095).pipe(map(({ status }) => status))
  const statuses = { s: 'sent', a: 'accepted', u: 'outcomeUnknown', f: 'filled' }
  expectObservable(status$).toBe('4001ms (sa) 95ms u 499ms f 17402ms (sa) 254ms f', statuses)

  const buy = request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
    symbolId: 1,
    orderType: ProtoOAOrderType.MARKET,
    tradeSide: ProtoOATradeSide.BUY,
    volume: 1_000_000, // cents of a euro
  })
  expectRequests(PayloadType.PROTO_OA_NEW_ORDER_REQ).toBe('4001ms b 18001ms b', { b: buy })
})
// #endregion
console.log('bought twice, and nothing twice')

// #region frames
marbles(({ broker, account, expectObservable }) => {
  broker.frames('--a-b-c|', {
    a: spot({ bid: 1.1, ask: 1.1002 }),
    b: spot({ bid: 1.1001 }), // the ask stays
    c: execution({ deal: { executionPrice: 1.1002 } }),
  })
  const quote$ = spots(account, 'EURUSD').pipe(
    skip(1), // the one that there is
    map(({ bid, ask }) => [bid, ask]),
  )
  expectObservable(quote$).toBe('--a-b', { a: [1.1, 1.1002], b: [1.1001, 1.1002] })
  const open$ = positions(account).pipe(map(({ all }) => all.length))
  expectObservable(open$, '^ 10s !').toBe('n-----o', { n: 0, o: 1 })
})
// #endregion
console.log('two prices, one position')

// #region bars
marbles(({ broker, account, expectObservable }) => {
  broker.frames('-a 59s b', {
    a: bar({ open: 1.1, high: 1.103, low: 1.099, close: 1.102 }),
    b: bar({ open: 1.102, timestamp: MARKET_START + 60_000 }),
  })
  const closed$ = candles(account, 'EURUSD', 1).pipe(
    filter(({ closed, timestamp }) => closed && timestamp >= MARKET_START),
    map(({ close }) => close),
  )
  expectObservable(closed$).toBe('59s 2ms c', { c: 1.102 })
})
// #endregion
console.log('one bar closed')

// #region fills
marbles(({ broker, account, expectObservable }) => {
  broker.fills('2s h 1s f', { h: { volume: 500_000, price: 1.1003 } })
  const volume$ = placeOrder(account, {
    symbol: 'EURUSD',
    side: 'buy',
    type: 'market',
    volume: lots(0.1),
  }).pipe(map(update => ('volume' in update ? [update.volume, update.price] : [])))
  expectObservable(volume$).toBe('(sa) 1996ms h 1s (f|)', {
    s: [],
    a: [],
    h: [500_000, 1.1003],
    f: [1_000_000, 1.10025], // the average of the two parts
  })
})
// #endregion
console.log('filled in two parts')

try {
  // #region failing
  marbles(({ broker, account, expectObservable }) => {
    broker.quotes('--a-b', { a: { bid: 1.2, ask: 1.2002 }, b: { bid: 1.2001 } })
    const quote$ = spots(account, 'EURUSD').pipe(map(({ bid, ask }) => ({ bid, ask })))
    const quotes = { a: { bid: 1.2, ask: 1.2002 }, b: { bid: 1.2001, ask: 1.2003 } }
    expectObservable(quote$, '-^').toBe('--a--b', quotes)
  })
  // #endregion
} catch (error) {
  if (error instanceof Error) console.log(error.message)
}
