/** A program ends while an order still waits for its price, and finds it in its journal when it starts again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, defer, finalize, ignoreElements, map, merge, mergeMap, of, takeWhile } from 'rxjs'
import { closeAll, createClient, lots, placeOrder, price, recoverOrders } from 'rx-ctrader'
import type { Account, NewOrder } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const broker = createSimulator()
const application = { clientId: 'demo', clientSecret: 'demo' }
const startedAnew = (): Account =>
  createClient({ connect: broker.connect, ...application, linger: 0 }).account({
    accountId: 12345678,
    accessToken: 'demo',
  })
const folder = mkdtempSync(join(tmpdir(), 'orders-'))
const path = join(folder, 'orders.jsonl')

const trading = (account: Account) => {
  // #region journal
  const order: NewOrder = {
    symbol: 'BTCUSD',
    side: 'buy',
    type: 'limit',
    volume: lots(0.1),
    price: price(20_000),
  }
  const placed$ = placeOrder(account, order, { journal: fileJournal(path) })
  // #endregion
  return placed$
}

const tradingAgain = (account: Account) => {
  // #region recover
  // The first thing a program does: what became of the orders it left open when it last ended?
  const journal = fileJournal(path)
  const recovered$ = recoverOrders(account, { journal }).pipe(
    map(({ update }) => `left open: ${update.status}`),
  )

  // Beside it, and not behind: an order that still waits for its price is followed for as long as it waits.
  const order: NewOrder = { symbol: 'BTCUSD', side: 'buy', type: 'market', volume: lots(0.1) }
  const placed$ = placeOrder(account, order, { journal }).pipe(map(({ status }) => `new: ${status}`))
  const session$ = merge(recovered$, placed$)
  // #endregion
  return session$
}

concat(
  defer(() => trading(startedAnew())).pipe(
    takeWhile(({ status }) => status !== 'accepted'),
    ignoreElements(),
  ),
  defer(() => {
    const account = startedAnew()
    const cancelled$ = closeAll(account, { cancelPending: true }).pipe(ignoreElements())
    return tradingAgain(account).pipe(
      mergeMap(said => (said === 'new: filled' ? concat(of(said), cancelled$) : of(said))),
    )
  }),
)
  .pipe(
    finalize(() => {
      const entries = readFileSync(path, 'utf8').trim().split('\n')
      console.log(entries.map(entry => (JSON.parse(entry) as { state: string }).state).join(', '))
      rmSync(folder, { recursive: true })
    }),
  )
  .subscribe(said => console.log(said))
