import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, defer, finalize, ignoreElements, map, take, timer } from 'rxjs'
import { createClient, placeOrder, positions, spots, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import { filePaper } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
const path = join(folder, 'paper.json')

// It stands for the live server here. A Wednesday at noon UTC to come, since currencies are closed at weekends.
const broker = createSimulator({ seed: 42, start: Date.UTC(2031, 0, 8, 12) })
const [clientId, clientSecret, accountId, accessToken] = ['demo', 'demo', 12345678, 'demo']

const buy = (account: Account) =>
  placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(10_000) })

const tradedOnPaper = () => {
  // #region paper
  // The real account. Live, it has `environment: 'live'` in the place of `connect`.
  const real = createClient({ connect: broker.connect, clientId, clientSecret }).account({
    accountId,
    accessToken,
  })

  // The paper account. For a live account there is no `start`: its time is that of your clock.
  const connect = paper(real, { balance: 10_000, store: filePaper(path), start: broker.now() })
  const account = createClient({ connect, clientId, clientSecret }).account({ accountId, accessToken })
  // #endregion
  return { real, account }
}

const begin$ = defer(() => {
  const { real, account } = tradedOnPaper()
  const same$ = spots(account, 'EURUSD').pipe(
    take(1),
    map(({ bid, ask }) => (bid < ask ? 'the prices of the real account' : 'no prices')),
  )
  const bought$ = buy(account).pipe(map(({ status }) => status))
  const held$ = concat(
    positions(account).pipe(
      take(1),
      map(({ all }) => `on paper: ${all.length} position`),
    ),
    positions(real).pipe(
      take(1),
      map(({ all }) => `real: ${all.length} positions`),
    ),
  )
  return concat(same$, bought$, held$)
})

const again$ = defer(() =>
  positions(tradedOnPaper().account).pipe(
    take(1),
    map(({ all }) => `after a restart: ${all.length} position`),
  ),
)

// The line is closed a second after its last consumer has left.
const pause$ = timer(1_500).pipe(ignoreElements())

concat(begin$, pause$, again$)
  .pipe(
    finalize(() => {
      // After the last line is closed, which saves the account.
      process.once('exit', () => {
        rmSync(folder, { recursive: true })
      })
    }),
  )
  .subscribe(said => console.log(said))
