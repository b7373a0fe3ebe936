/** Orders on a line that fails, in virtual time. */
import assert from 'node:assert'
import { asyncScheduler, concat, filter, map, switchMap, tap } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  amendProtection,
  closeAll,
  closePosition,
  createClient,
  dryRun,
  isCTraderError,
  lots,
  orderUpdates,
  percent,
  pips,
  placeOrder,
  price,
  toMoney,
  volumeForRisk,
  warmUp,
} from 'rx-ctrader'
import type { OrderUpdate } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const at = (ms: number, act: () => void) => asyncScheduler.schedule(act, ms)

new TestScheduler(assert.deepEqual).run(() => {
  const broker = createSimulator({ seed: 42, latency: 20 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })

  let positionId = 0
  const note = (update: OrderUpdate): void => {
    positionId = update.positionId ?? positionId
  }

  at(1_000, () => {
    // #region place
    placeOrder(account, {
      symbol: 'EURUSD',
      side: 'buy',
      type: 'market',
      volume: lots(0.1),
      stopLoss: pips(20),
      takeProfit: pips(40),
    }).subscribe({
      next: update => {
        console.log(update.status)
        note(update)
      },
      error: (error: unknown) => console.log(isCTraderError(error) ? error.message : error),
      complete: () => console.log('that is all'),
    })
    // #endregion
  })

  at(10_000, () => {
    // #region dryRun
    const order = {
      symbol: 'EURUSD',
      side: 'buy',
      type: 'limit',
      volume: lots(1),
      price: price(1.05),
    } as const
    dryRun(account, order)
      .pipe(map(({ expectedMargin = 0, moneyDigits = 2 }) => toMoney(expectedMargin, moneyDigits)))
      .subscribe(margin => console.log(`would take ${margin}`))

    placeOrder(account, { ...order, volume: lots(0.0001) }).subscribe({
      error: (error: unknown) => console.log(isCTraderError(error) ? error.message : error),
    })
    // #endregion
  })

  at(20_000, () => {
    // #region change
    concat(
      amendProtection(account, { positionId, stopLoss: pips(10) }), // the take profit stays
      closePosition(account, { positionId, volume: lots(0.05) }),
    ).subscribe(({ status }) => console.log(`changing: ${status}`))
    // #endregion
  })

  // #region warmUp
  const ready = warmUp(account, { symbols: ['EURUSD'] }).subscribe({
    next: isReady => console.log(isReady ? 'orders are one frame now' : 'not yet'),
    error: (error: unknown) => console.log(isCTraderError(error) ? error.message : error),
  })
  // #endregion
  at(500, () => ready.unsubscribe())

  // #region all
  orderUpdates(account)
    .pipe(filter(update => update.status === 'filled'))
    .subscribe(({ price: at, volume }) => console.log(`filled: ${volume / 100} at ${at.toFixed(5)}`))
  // #endregion

  at(30_000, () => {
    // The line is lost when the order has arrived, and its answer has not.
    closeAll(account).subscribe(({ status }) => console.log(`closing: ${status}`))
    at(90, broker.drop)
  })
  at(50_000, () => {
    // #region risk
    const stopLoss = pips(20)
    volumeForRisk(account, { symbol: 'EURUSD', risk: percent(0.5), stopLoss })
      .pipe(
        tap(({ units }) => console.log(`${units} units lose half a percent`)),
        switchMap(volume =>
          placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume, stopLoss }),
        ),
      )
      .subscribe({ error: (error: unknown) => console.log(error) })
    // #endregion
  })

  at(60_000, () => process.exit())
})
