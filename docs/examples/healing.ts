/** A session that is cut off, in virtual time. */
import { EMPTY, concatMap, merge, switchMap, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  createClient,
  live,
  trendbarEvents,
  spotEvents,
  toBar,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const start = Date.UTC(2026, 0, 7, 12)
const scheduler = new TestScheduler(() => undefined)

const scene = (): void => {
  const broker = createSimulator({ seed: 42 })
  const client = createClient({
    connect: broker.connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
  })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })

  // #region states
  account.authenticated$.subscribe(state => {
    if (state.status === 'reconnecting')
      console.log(`${state.cause.message}: try ${state.attempt} in ${state.delay} ms`)
    else console.log(state.status)
  })
  // #endregion

  // #region streams
  const quotes$ = spotEvents(account, 1)
  const bars$ = trendbarEvents(account, 'EURUSD', 'M1')
  // #endregion

  // #region gap
  account.gap$
    .pipe(
      concatMap(({ from, to }) =>
        to === undefined
          ? EMPTY
          : account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, {
              symbolId: 1,
              period: ProtoOATrendbarPeriod.M1,
              fromTimestamp: from - 60_000, // the bar that was forming when the line was lost
              toTimestamp: to,
            }),
      ),
    )
    .subscribe(({ trendbar = [] }) => console.log(`missed: ${trendbar.map(toBar).length} bars`))
  // #endregion

  // #region live
  const symbolId = [2, 4, 41]
  const basket = { ctidTraderAccountId: account.accountId, symbolId }
  const basket$ = live(account.accountAuth$, {
    open: link => link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, basket),
    close: link => link.request(PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, basket),
  }).pipe(switchMap(link => merge(...symbolId.map(id => link.on(PayloadType.PROTO_OA_SPOT_EVENT, id)))))
  // #endregion

  const seen = new Set<string>()
  quotes$.subscribe(() => seen.add('quotes'))
  bars$.subscribe(() => seen.add('bars'))
  basket$.subscribe(() => seen.add('basket'))
  timer(60_000).subscribe(() => {
    broker.close(1000, 'Bye')
    seen.clear()
  })
  timer(200_000).subscribe(() => console.log(`again: ${[...seen].sort().join(', ')}`))
}

scheduler.run(() => {
  scheduler.maxFrames = start + 240_000
  timer(start).subscribe(scene)
})
