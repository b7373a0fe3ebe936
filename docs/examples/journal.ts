/** A journal in a file, which another process could read. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, finalize, ignoreElements } from 'rxjs'
import { createClient, lots, placeOrder, recoverOrders } from 'rx-ctrader'
import { journalIn } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const broker = createSimulator()
const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })
const folder = mkdtempSync(join(tmpdir(), 'orders-'))
const path = join(folder, 'orders.jsonl')

// #region journal
const journal = journalIn(path)
const order = { symbol: 'BTCUSD', side: 'buy', type: 'market', volume: lots(0.1) } as const
const session$ = concat(
  recoverOrders(account, journal).pipe(ignoreElements()),
  placeOrder(account, order, { journal }),
)
// #endregion

session$
  .pipe(
    finalize(() => {
      const entries = readFileSync(path, 'utf8').trim().split('\n')
      console.log(entries.map(entry => (JSON.parse(entry) as { state: string }).state).join(', '))
      rmSync(folder, { recursive: true })
    }),
  )
  .subscribe(({ status }) => console.log(status))
