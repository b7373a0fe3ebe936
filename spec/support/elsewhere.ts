import { ProtoOAOrderType, ProtoOATradeSide } from 'rx-ctrader'
import type { Simulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from './account'

const named = { ctidTraderAccountId: ACCOUNT }

export interface Elsewhere {
  /** Places an order; a market buy of 1,000 EUR unless asked otherwise. */
  readonly place: (asked?: object) => void
  readonly cancel: (orderId: number | undefined) => void
  readonly amend: (orderId: number, asked: object) => void
  readonly close: (positionId: number, volume: number) => void
}

/** Another terminal, or the broker: what it does is told to all sessions of the account. */
export const elsewhere = (broker: Simulator): Elsewhere => {
  const command = (at: number) => ({ at, clientMsgId: `elsewhere-${at}` })
  return {
    place: (asked = {}) => {
      broker.trade((exchange, at) =>
        exchange.newOrder(
          ACCOUNT,
          {
            ...named,
            symbolId: 1,
            orderType: ProtoOAOrderType.MARKET,
            tradeSide: ProtoOATradeSide.BUY,
            volume: 100_000,
            ...asked,
          },
          command(at),
        ),
      )
    },
    cancel: (orderId = NaN) => {
      broker.trade((exchange, at) => exchange.cancelOrder(ACCOUNT, { ...named, orderId }, command(at)))
    },
    amend: (orderId, asked) => {
      broker.trade((exchange, at) =>
        exchange.amendOrder(ACCOUNT, { ...named, orderId, ...asked }, command(at)),
      )
    },
    close: (positionId, volume) => {
      broker.trade((exchange, at) =>
        exchange.closePosition(ACCOUNT, { ...named, positionId, volume }, command(at)),
      )
    },
  }
}
