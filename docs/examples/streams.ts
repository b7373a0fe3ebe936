/** Ten minutes of a trading day, seen through every stream; in virtual time. */
import assert from 'node:assert'
import {
  asyncScheduler,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  scan,
  take,
  takeUntil,
  timer,
  withLatestFrom,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { EMA } from 'trading-signals'
import {
  candles,
  conflate,
  createClient,
  depth,
  equity,
  formatMoney,
  lots,
  placeOrder,
  pnl,
  positions,
  serverTime,
  spots,
  symbol,
  toMoney,
  trendbarsBetween,
  withIndicator,
  withStaleness,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const DAY = 86_400_000

new TestScheduler(assert.deepEqual).run(() => {
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const end$ = timer(600_000)
  const now = broker.now()

  // #region symbol
  symbol(account, 'EUR/USD')
    .pipe(take(1))
    .subscribe(({ symbolId, digits, pipPosition }) =>
      console.log(`EUR/USD is ${symbolId}, ${digits} digits, a pip is the ${pipPosition}th`),
    )
  // #endregion

  // #region spots
  const screen$ = spots(account, ['EURUSD', 'XAUUSD']).pipe(conflate(({ symbolId }) => symbolId, 1_000))
  // #endregion
  let dropped = 0
  screen$.pipe(takeUntil(end$)).subscribe({
    next: shown => (dropped += shown.dropped),
    complete: () => console.log(`not shown: ${dropped > 0 ? 'some' : 'none'}`),
  })

  // #region stale
  const safe$ = spots(account, 'EURUSD').pipe(withStaleness(60_000))
  // #endregion
  safe$
    .pipe(
      filter(({ stale }) => stale),
      takeUntil(end$),
    )
    .subscribe(() => console.log('stale'))

  // #region candles
  const average$ = candles(account, 'EURUSD', 'M1', { history: 20 }).pipe(
    filter(({ closed }) => closed),
    scan((last: number[], { close }) => [...last.slice(-19), close], []),
    filter(({ length }) => length === 20),
    map(last => last.reduce((sum, close) => sum + close) / 20),
  )
  // #endregion
  let averages = 0
  average$.pipe(takeUntil(end$)).subscribe({
    next: () => (averages += 1),
    complete: () => console.log(`averages of 20 minutes: ${averages}`),
  })

  // #region indicator
  const crossing$ = candles(account, 'EURUSD', 'M1', { history: 50 }).pipe(
    withIndicator(
      () => new EMA(20),
      ({ close }) => close,
    ),
    filter(({ candle, value }) => candle.closed && !candle.late && value !== undefined),
    map(({ candle, value = 0 }) => candle.close > value),
    distinctUntilChanged(),
  )
  // #endregion
  let crossings = 0
  crossing$.pipe(takeUntil(end$)).subscribe({
    next: () => (crossings += 1),
    complete: () => console.log(`crossings of the average: ${crossings}`),
  })

  // #region time
  const age$ = spots(account, 'EURUSD').pipe(
    withLatestFrom(serverTime(account)),
    map(([{ timestamp }, now]) => now - timestamp),
  )
  // #endregion
  age$.pipe(take(1)).subscribe(age => assert(age < 60_000))

  // #region depth
  const imbalance$ = depth(account, 'EURUSD').pipe(map(({ imbalance }) => imbalance))
  // #endregion
  imbalance$.pipe(take(1)).subscribe(imbalance => assert(imbalance !== undefined))

  // #region account
  positions(account)
    .pipe(takeUntil(end$))
    .subscribe(({ all, added, removed }) =>
      console.log(`${all.length} positions, ${added.length} new, ${removed.length} gone`),
    )
  combineLatest([pnl(account), equity(account)])
    .pipe(takeUntil(timer(5_000)))
    .subscribe(([{ net, moneyDigits }, { freeMargin }]) =>
      console.log(`${formatMoney(net, moneyDigits)}, free ${toMoney(freeMargin, moneyDigits)}`),
    )
  // #endregion

  // #region guard
  const danger$ = equity(account).pipe(
    map(({ marginLevel = Infinity, unvalued }) =>
      marginLevel < 60 ? 'near' : unvalued.length > 0 ? 'not known' : 'none',
    ),
    distinctUntilChanged(),
  )
  // #endregion
  danger$.pipe(takeUntil(end$)).subscribe(danger => console.log(`danger of a stop-out: ${danger}`))

  // #region history
  let bars = 0
  trendbarsBetween(account, {
    symbol: 'EURUSD',
    period: 'M1',
    from: now - 7 * DAY,
    to: now,
  }).subscribe({
    next: ({ items }) => (bars += items.length),
    complete: () => console.log(`a week has ${bars} minutes`),
  })
  // #endregion

  const buy = (): void => {
    placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }).subscribe()
  }
  asyncScheduler.schedule(buy, 30_000)
  timer(300_000).subscribe(() => broker.drop())
})
