/** A journal of one's own, in a browser's storage or anything else that keeps texts. */
import { concat, defer, map, of } from 'rxjs'
import { createClient, isCTraderError, lots, placeOrder } from 'rx-ctrader'
import type { Journal, JournalEntry, NewOrder } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// #region own
/** A journal in `localStorage`, of one page at a time. It keeps what is open, and forgets what is settled. */
const journalAt = (storage: Pick<Storage, 'getItem' | 'setItem'>, key: string): Journal => {
  const load = () => JSON.parse(storage.getItem(key) ?? '[]') as JournalEntry[]
  return {
    append: entry => {
      const others = load().filter(({ id }) => id !== entry.id)
      // What throws here, as where the storage is full, keeps the order from being sent.
      storage.setItem(key, JSON.stringify(entry.state === 'settled' ? others : [...others, entry]))
    },
    load: () => of(load()),
  }
}
// #endregion

let room = 1
const kept = new Map<string, string>()
const localStorage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, text: string) => {
    if (text.length > room * 1_000) throw new Error('the storage is full')
    kept.set(key, text)
  },
}

const broker = createSimulator()
const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })
const journal = journalAt(localStorage, 'orders')
const order: NewOrder = { symbol: 'BTCUSD', side: 'buy', type: 'market', volume: lots(0.1) }
const placed$ = defer(() => placeOrder(account, order, { journal })).pipe(map(({ status }) => status))
const full$ = defer(() => {
  room = 0
  return of('the storage is full')
})
const written = (): string => (localStorage.getItem('orders') === '[]' ? '' : ', written down')

concat(placed$.pipe(map(status => `${status}${written()}`)), full$, placed$).subscribe({
  next: said => console.log(said),
  error: (error: unknown) => console.log(isCTraderError(error) ? error.reason : error),
})
