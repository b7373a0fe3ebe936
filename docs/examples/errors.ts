/** What a program does about errors: of orders, of an account's session, and of frames; in virtual time. */
import { Subject, asyncScheduler, catchError, concatMap, map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { PayloadType, createClient, isCTraderError, lots, placeOrder } from 'rx-ctrader'
import type { CTraderError, NewOrder } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// #region advice
const adviceOn = (error: CTraderError): string => {
  switch (error.reason) {
    case 'InvalidOrder':
      return `${error.field}: ${error.nearest ?? 'not that'}`
    case 'UnknownSymbol':
      return `did you mean ${error.nearest.join(', ')}?`
    case 'NotSent':
      return `not done (${error.detail}): place it anew, if it is still wanted`
    case 'NotFound':
      return 'in doubt: look at the account before you place it anew'
    case 'ConnectionLost':
    case 'Timeout':
      return error.sent ? 'perhaps done: look before you do it again' : 'not done'
    case 'GrantLost':
      return 'let the user grant access again'
    default:
      return error.message
  }
}
// #endregion

const at = (ms: number, act: () => void) => asyncScheduler.schedule(act, ms)
const scheduler = new TestScheduler(() => undefined)

scheduler.run(() => {
  scheduler.maxFrames = 30_000
  const broker = createSimulator({ seed: 42 })
  const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  const account = client.account({ accountId: 12345678, accessToken: 'demo', refreshToken: 'used-before' })
  const tickets$ = new Subject<NewOrder>()

  // #region inside
  // Caught inside: an order that cannot be done ends neither the tickets nor the other orders.
  const outcome$ = tickets$.pipe(
    concatMap(ticket =>
      placeOrder(account, ticket).pipe(
        map(update => (update.status === 'rejected' ? update.errorCode : update.status)),
        catchError((error: unknown) => [isCTraderError(error) ? adviceOn(error) : String(error)]),
      ),
    ),
  )
  // #endregion
  outcome$.subscribe(outcome => console.log(outcome))

  // #region states
  // The states never error: what is wrong is said by `cause`.
  account.authenticated$.subscribe(state => {
    if (state.status === 'reconnecting') console.log(`${state.cause.message}; it heals`)
    if (state.status === 'failed') console.log(`${state.cause.message}; ${adviceOn(state.cause)}`)
  })
  // #endregion

  // #region frames
  client.rejected$.subscribe(({ reason, text }) => console.log(`${reason}: ${text}`))
  client.drift$.subscribe(({ entity, field, kind }) => console.log(`${kind}: ${entity}.${field}`))
  // #endregion

  const ticket = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) } as const
  at(1_000, () => {
    tickets$.next({ ...ticket, volume: lots(0.0001) })
    tickets$.next({ ...ticket, symbol: 'EURSD' })
    tickets$.next({ ...ticket, volume: lots(50) })
    tickets$.next(ticket)
  })
  at(10_000, () => {
    broker.fault({ kind: 'unknownMessage' })
    broker.fault({ kind: 'push', text: '{"payloadType":2104' })
    broker.fault({ kind: 'extraField', field: 'ofTomorrow' })
    account.request(PayloadType.PROTO_OA_TRADER_REQ, {}).subscribe()
  })
  at(15_000, () => {
    broker.close(1000, 'Bye')
  })
  at(20_000, () => {
    broker.fault({ kind: 'tokenExpiry' })
    broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
  })
})
