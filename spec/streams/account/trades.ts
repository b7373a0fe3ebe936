import { EMPTY, catchError, takeUntil, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { ProtoOANewOrderReq } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import type { Scene } from '../../support/accountScene'

export const EURUSD = 1
export const USDJPY = 4
export const BUY = 1
export const SELL = 2

type Asked = Partial<Omit<ProtoOANewOrderReq, 'ctidTraderAccountId'>>

const orderOf = (asked: Asked) => ({
  symbolId: EURUSD,
  orderType: 1 as const,
  tradeSide: BUY as 1 | 2,
  volume: 100_000,
  ...asked,
})

export interface Trades {
  /** Places an order by this client; a market buy of 1,000 EUR unless asked otherwise. */
  readonly place: (asked?: Asked) => void
  readonly close: (positionId: number | undefined, volume?: number) => void
  readonly cancel: (orderId: number | undefined) => void
  /** The same from another terminal, also while the line of this one is down. */
  readonly placeElsewhere: (asked?: Asked) => void
  readonly closeElsewhere: (positionId: number | undefined, volume?: number) => void
  readonly deposit: (amount: number) => void
}

/** What a trader does, in a scene or in marbles. */
export const tradesOn = ({ account, broker }: Pick<Scene, 'account' | 'broker'>): Trades => {
  const send = (answer$: Observable<unknown>): void => {
    answer$
      .pipe(
        catchError(() => EMPTY),
        takeUntil(timer(20_000)),
      )
      .subscribe()
  }
  const elsewhere = (now: number) => ({ at: now, clientMsgId: 'elsewhere' })
  const of = { ctidTraderAccountId: ACCOUNT }
  return {
    place: asked => {
      send(account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, orderOf(asked ?? {})))
    },
    close: (positionId = 0, volume = 100_000) => {
      send(account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, { positionId, volume }))
    },
    cancel: (orderId = 0) => {
      send(account.request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId }))
    },
    placeElsewhere: asked => {
      broker.trade((exchange, now) =>
        exchange.newOrder(ACCOUNT, { ...of, ...orderOf(asked ?? {}) }, elsewhere(now)),
      )
    },
    closeElsewhere: (positionId = 0, volume = 100_000) => {
      broker.trade((exchange, now) =>
        exchange.closePosition(ACCOUNT, { ...of, positionId, volume }, elsewhere(now)),
      )
    },
    deposit: amount => {
      broker.trade((exchange, now) => {
        exchange.deposit(ACCOUNT, amount, now)
      })
    },
  }
}
