import { EMPTY, interval, switchMap, takeWhile } from 'rxjs'
import { createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// The simulator runs in memory; at the real server it is `environment: 'demo'` instead of `connect`.
const broker = createSimulator()
const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })

const whileAuthenticated$ = account.authenticated$.pipe(
  switchMap(({ status }) => (status === 'authenticated' ? interval(100) : EMPTY)),
  takeWhile(n => n < 3),
)
whileAuthenticated$.subscribe({
  next: n => console.log(`authenticated, ${n}`),
  complete: () => console.log('done, and the line closes by itself'),
})
