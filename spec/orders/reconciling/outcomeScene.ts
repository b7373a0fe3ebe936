import { asyncScheduler, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { lots, pips, price } from 'rx-ctrader'
import type { NewOrder, OrderUpdate } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import type { Scene } from '../../support/accountScene'

export const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

export const guarded: NewOrder = { ...buy, stopLoss: pips(20), takeProfit: pips(40) }

export const waiting: NewOrder = { ...buy, type: 'limit', price: price(0.9) }

export const ledger = ({ broker }: Scene) => broker.exchange.ledger(ACCOUNT)

/** From when it leaves, in ms: a frame is on its way for 10. */
export const NOT_THERE = 5

export const THERE = 15

/** Loses the line so long after a command has left. */
export const losing = (
  { broker }: Scene,
  command$: Observable<OrderUpdate>,
  after: number,
  meanwhile: () => void = () => undefined,
): Observable<OrderUpdate> =>
  command$.pipe(
    tap(({ status }) => {
      if (status !== 'sent') return
      // What the server said before the line was lost would still arrive.
      if (after === THERE) broker.fault({ kind: 'swallow', takesEffect: true })
      asyncScheduler.schedule(() => {
        broker.drop()
        meanwhile()
      }, after)
    }),
  )

export const swallow = (payloadType: number, takesEffect: boolean): Fault => ({
  kind: 'swallow',
  payloadType,
  takesEffect,
})
