import assert from 'node:assert'
import { count, map, takeUntil, takeWhile, timer, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { createClient, spotEvents } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// An hour of quotes, in which the server hangs up twice: all of it happens before `run` returns.
new TestScheduler(assert.deepEqual).run(() => {
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })

  timer(600_000, 1_200_000)
    .pipe(takeWhile(n => n < 2))
    .subscribe(() => broker.close(1000, 'Bye'))

  spotEvents(account, 1)
    .pipe(takeUntil(timer(3_600_000)), count())
    .subscribe(quotes => {
      assert(quotes > 2_000)
      console.log('an hour of quotes')
    })
  client.connection$
    .pipe(
      map(({ status }) => status),
      takeUntil(timer(3_600_000)),
      toArray(),
    )
    .subscribe(states => console.log(states.join(' ')))
})
