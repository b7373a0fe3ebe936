/** Numbers of the wire and numbers of a trader. */
import { deepStrictEqual as equal } from 'node:assert'
import { forkJoin, map, take } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  cents,
  centsToLots,
  centsToUnits,
  createClient,
  formatMoney,
  lots,
  lotsToCents,
  percent,
  pipSize,
  pips,
  placeOrder,
  price,
  relativeDistance,
  roundPrice,
  spots,
  symbol,
  tickSize,
  toBar,
  toMoney,
  toPrice,
  toTicks,
  toWirePrice,
  units,
  unitsToCents,
  volumeForRisk,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// #region prices
equal(toPrice(113_955), 1.13955)
equal(toWirePrice(1.13955), 113_955)
equal(tickSize(5), 0.00001) // the smallest step, of a symbol with five digits
equal(pipSize(4), 0.0001)
equal(roundPrice(1.139549, 5), 1.13955) // the nearest price that such a symbol allows
equal(roundPrice(1.005, 2), 1.01) // a half goes away from zero, as people read it
equal(relativeDistance(0.002, 5), 200) // a stop loss 20 pips away, as relativeStopLoss wants it
equal(relativeDistance(0.2013, 2), 20_000) // in whole steps of the symbol, too
// #endregion

// #region volumes
const lotSize = 10_000_000 // of EURUSD: cents of a lot, which is 100,000 EUR
equal(lotsToCents(lots(0.1), lotSize), cents(1_000_000))
equal(centsToLots(cents(1_000_000), lotSize), lots(0.1))
equal(unitsToCents(units(10_000)), cents(1_000_000))
equal(centsToUnits(cents(1_000_000)), units(10_000))
// #endregion

// #region money
equal(toMoney(-139, 2), -1.39)
equal(formatMoney(1_000_000, 2), '10000.00') // exact, however large
equal(toMoney(10 + 20, 2), 0.3) // added up on the wire, divided last …
equal(toMoney(10, 2) + toMoney(20, 2), 0.30000000000000004) // … and the other way round
// #endregion

// #region bars
const trendbar = {
  volume: 211, // ticks, not money
  low: 113_900,
  deltaOpen: 10,
  deltaHigh: 60,
  deltaClose: 55,
  utcTimestampInMinutes: 29_829_287,
}
equal(toBar(trendbar), {
  timestamp: Date.UTC(2026, 8, 18, 18, 47),
  volume: 211,
  open: 1.1391,
  high: 1.1396,
  low: 1.139,
  close: 1.13955,
})
// #endregion

// #region ticks
const tickData = [
  { timestamp: 1_789_757_225_268, tick: 113_955 }, // the newest, whole
  { timestamp: -250, tick: 2 }, // 250 ms earlier and 2 higher
]
equal(toTicks(tickData), [
  { timestamp: 1_789_757_225_018, price: 1.13957 },
  { timestamp: 1_789_757_225_268, price: 1.13955 },
])
// #endregion

new TestScheduler(equal).run(() => {
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })

  // #region order
  const order$ = placeOrder(account, {
    symbol: 'EURUSD',
    side: 'buy',
    type: 'limit',
    price: price(1.05),
    volume: units(10_000), // or lots(0.1)
    stopLoss: pips(20), // or price(1.048)
  })
  // #endregion

  // #region risk
  const volume$ = volumeForRisk(account, {
    symbol: 'EURUSD',
    risk: percent(0.5), // or money(50)
    stopLoss: pips(20),
  })
  // #endregion

  // #region pips
  /** The spread in pips: what a pip is, the symbol says. */
  const spreadIn = (name: string) =>
    forkJoin([symbol(account, name).pipe(take(1)), spots(account, name).pipe(take(1))]).pipe(
      map(([{ digits, pipPosition }, { spread }]) =>
        (spread / pipSize(pipPosition)).toFixed(digits - pipPosition),
      ),
    )
  // #endregion

  forkJoin([spreadIn('EURUSD'), spreadIn('XAUUSD'), order$.pipe(take(1)), volume$]).subscribe(
    ([eurusd, xauusd, { status }]) => {
      console.log(`spreads: ${eurusd} and ${xauusd} pips`)
      console.log(`the order is ${status}, and all numbers are as written`)
    },
  )
})
