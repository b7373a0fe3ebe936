import { concatMap, ignoreElements, map, merge } from 'rxjs'
import { PayloadType, closePosition, lots, pips, placeOrder, positions, price } from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import { marbles, spot } from 'rx-ctrader/testing'
import type { MarbleFill, Marbles } from 'rx-ctrader/testing'

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

/** An update in short: its status, the volume in cents and the price of its deal, its error code. */
const inShort = (update: OrderUpdate): string =>
  [
    update.status,
    ...('deal' in update ? [update.deal.filledVolume, update.deal.executionPrice] : []),
    ...('errorCode' in update ? [update.errorCode] : []),
  ].join(' ')

const steps = { s: 'sent', a: 'accepted', f: 'filled 1000000 1.1002' }

/** What a scenario fails with; '' if it does not. */
const failureOf = (scenario: (kit: Marbles) => void): string => {
  try {
    marbles(scenario)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('drawn fills', () => {
  it('fill an order in parts, at their prices', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s p 499ms f', { p: { volume: 400_000, price: 1.1003 } })
      expectObservable(placeOrder(account, buy).pipe(map(inShort))).toBe('(sa) 996ms p 499ms (f|)', {
        ...steps,
        p: 'partiallyFilled 400000 1.1003',
        f: 'filled 600000 1.1002',
      })
      const volume$ = positions(account).pipe(map(({ all }) => all.map(one => one.tradeData.volume)))
      expectObservable(volume$, '^ 2s !').toBe('n 999ms p 499ms f', {
        n: [],
        p: [400_000],
        f: [1_000_000],
      })
    })
  })

  it('leave an order unfilled until they come', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1m f')
      expectObservable(placeOrder(account, buy).pipe(map(inShort))).toBe('(sa) 59996ms (f|)', steps)
    })
  })

  it('reject an order, or cancel it', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s r 1s x 1s m', { m: { rejected: 'NOT_ENOUGH_MONEY' } })
      const update$ = merge(...[1, 2, 3].map(() => placeOrder(account, buy).pipe(map(inShort))))
      expectObservable(update$).toBe('(sssaaa) 992ms r 1s x 1s (m|)', {
        ...steps,
        r: 'rejected TRADING_BAD_PRICES',
        x: 'cancelled',
        m: 'rejected NOT_ENOUGH_MONEY',
      })
    })
  })

  it.each<[string, MarbleFill, string]>([
    ['cancelled', { cancelled: true }, 'cancelled'],
    ['rejected', { rejected: 'NOT_ENOUGH_MONEY' }, 'cancelled'],
  ])('end the rest of an order that is %s after a part', (_, end, status) => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s p 1s e', { p: { volume: 400_000 }, e: end })
      expectObservable(placeOrder(account, buy).pipe(map(inShort))).toBe('(sa) 996ms p 1s (e|)', {
        ...steps,
        p: 'partiallyFilled 400000 1.1002',
        e: status,
      })
    })
  })

  it('close a position in parts', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s f 999ms h 999ms f', { h: { volume: 500_000 } })
      const closing$ = placeOrder(account, buy).pipe(
        concatMap(update =>
          update.status === 'filled' ? closePosition(account, { positionId: Number(update.positionId) }) : [],
        ),
        map(inShort),
      )
      expectObservable(closing$).toBe('1s (sa) 996ms h 999ms (f|)', {
        ...steps,
        h: 'partiallyFilled 500000 1.1',
        f: 'filled 500000 1.1',
      })
    })
  })

  it('are for the oldest order of their symbol that waits', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s g 999ms f', { g: { symbolId: 2, price: 1.25 } })
      const gbp: NewOrder = { ...buy, symbol: 'GBPUSD' }
      const update$ = merge(...[buy, gbp].map(order => placeOrder(account, order).pipe(map(inShort))))
      expectObservable(update$).toBe('(ssaa) 994ms g 999ms (f|)', { ...steps, g: 'filled 1000000 1.25' })
    })
  })

  it('are for a limit order once its price is reached', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.quotes('1s q', { q: { bid: 1.0898, ask: 1.09 } })
      broker.fills('2s h 1s f', { h: { volume: 500_000, price: 1.09 } })
      const limit: NewOrder = { ...buy, type: 'limit', price: price(1.09) }
      expectObservable(placeOrder(account, limit).pipe(map(inShort))).toBe('(sa) 1996ms h 1s (f|)', {
        ...steps,
        h: 'partiallyFilled 500000 1.09',
        f: 'filled 500000 1.09',
      })
    })
  })

  it('leave stop losses as they are', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.fills('1s f')
      broker.quotes('5s q', { q: { bid: 1.05, ask: 1.0502 } })
      placeOrder(account, { ...buy, stopLoss: pips(200) }).subscribe()
      const open$ = positions(account).pipe(map(({ all }) => all.length))
      expectObservable(open$, '4s ^ 3s !').toBe('4s o 999ms c', { o: 1, c: 0 })
    })
  })

  it.each<[string, MarbleFill, string]>([
    ['without an order', {}, 'no order waits for it'],
    ['of another order', { orderId: 4711 }, 'no order waits for it'],
  ])('fail %s', (_, fill, mistake) => {
    const failure = failureOf(({ broker }) => {
      broker.fills('1s a', { a: fill })
    })
    expect(failure).toContain(`fills: ${JSON.stringify(fill)} at 1000 ms fills nothing: ${mistake}`)
  })

  it.each<[string, MarbleFill, string]>([
    ['a volume between two steps', { volume: 1 }, 'volume must be a multiple of 100000 cents'],
    ['no volume', { volume: 0 }, 'volume must be a multiple of 100000 cents'],
    [
      'more than is left',
      { volume: 2_000_000 },
      'volume 2000000 is more than the 1000000 cents that are left',
    ],
    ['an impossible price', { price: -1 }, 'price must be a price, such as 1.1'],
  ])('fail with %s', (_, fill, mistake) => {
    const failure = failureOf(({ broker, account }) => {
      broker.fills('1s a', { a: fill })
      placeOrder(account, buy).pipe(ignoreElements()).subscribe()
    })
    expect(failure).toContain(mistake)
  })

  it.each<[string, unknown, string]>([
    ['a misspelt field', { volum: 1 }, 'volum is not a field of a fill'],
    ['a field of another type', { volume: '1' }, 'volume must be a number'],
    [
      'two ends',
      { rejected: 'NOT_ENOUGH_MONEY', cancelled: true },
      'it can be rejected or cancelled, not both',
    ],
    ['an end with a price', { cancelled: true, price: 1.1 }, 'an end has no volume and no price'],
    ['a text', 'f', 'it must be an object'],
  ])('refuse %s', (_, fill, mistake) => {
    const failure = failureOf(({ broker }) => {
      broker.fills('1s a', { a: fill as MarbleFill })
    })
    expect(failure).toBe(`invalid fill: ${JSON.stringify(fill)}: ${mistake}`)
  })
})

it.each<[string, string, string]>([
  ['late', '1ms l 5s r', '502ms a 5ms b'],
  ['out of order', '1ms o', '--------(ba)'],
  ['twice', '1ms u', '--(aa)--b'],
])('draws events that are %s by a letter', (_, faults, expected) => {
  marbles(({ broker, account, expectObservable }) => {
    broker.faults(faults)
    broker.frames('--a-----b', { a: spot({ bid: 1.1 }), b: spot({ bid: 1.1001 }) })
    const bid$ = account.on(PayloadType.PROTO_OA_SPOT_EVENT).pipe(map(({ payload }) => payload.bid))
    expectObservable(bid$).toBe(expected, { a: 110_000, b: 110_010 })
  })
})
