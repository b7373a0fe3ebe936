import { price } from 'rx-ctrader'
import { ProtoOATradeSide } from 'rx-ctrader/protocol'
import type { ProtoOAOrder, ProtoOAPosition } from 'rx-ctrader/protocol'
import type { Desk } from '../desk'

/** A price that the account has in the chart: an entry, a stop loss, a take profit or a pending order. */
export interface Level {
  readonly key: string
  readonly title: string
  readonly price: number
  readonly colour: 'up' | 'down' | 'quiet'
  /** Sends the new price. An entry cannot be moved. */
  readonly move?: (desk: Desk, price: number) => void
}

const isBuy = (entity: { readonly tradeData: { readonly tradeSide: ProtoOATradeSide } }): boolean =>
  entity.tradeData.tradeSide === ProtoOATradeSide.BUY

const levelsOfPosition = (position: ProtoOAPosition): readonly Level[] => {
  const { positionId, price: entry = 0, stopLoss, takeProfit } = position
  const side = isBuy(position) ? 'buy' : 'sell'
  return [
    { key: `${positionId} entry`, title: side, price: entry, colour: isBuy(position) ? 'up' : 'down' },
    ...(stopLoss === undefined
      ? []
      : [
          {
            key: `${positionId} stop`,
            title: `stop loss ${positionId}`,
            price: stopLoss,
            colour: 'down' as const,
            move: (desk: Desk, to: number) => {
              desk.protect(positionId, { stopLoss: price(to) })
            },
          },
        ]),
    ...(takeProfit === undefined
      ? []
      : [
          {
            key: `${positionId} target`,
            title: `take profit ${positionId}`,
            price: takeProfit,
            colour: 'up' as const,
            move: (desk: Desk, to: number) => {
              desk.protect(positionId, { takeProfit: price(to) })
            },
          },
        ]),
  ]
}

const levelOfOrder = (order: ProtoOAOrder): Level => {
  const { orderId, limitPrice, stopPrice = 0 } = order
  const kind = limitPrice === undefined ? 'stop' : 'limit'
  return {
    key: `${orderId} order`,
    title: `${isBuy(order) ? 'buy' : 'sell'} ${kind} ${orderId}`,
    price: limitPrice ?? stopPrice,
    colour: 'quiet',
    move: (desk, to) => {
      desk.amend(orderId, { price: price(to) })
    },
  }
}

/** The levels of a symbol. */
export const levelsOf = (
  symbolId: number | undefined,
  positions: readonly ProtoOAPosition[],
  orders: readonly ProtoOAOrder[],
): readonly Level[] => [
  ...positions.filter(({ tradeData }) => tradeData.symbolId === symbolId).flatMap(levelsOfPosition),
  ...orders.filter(({ tradeData }) => tradeData.symbolId === symbolId).map(levelOfOrder),
]
