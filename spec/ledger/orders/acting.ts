import type { Observable } from 'rxjs'
import {
  amendOrder,
  amendProtection,
  cancelOrder,
  closeAll,
  closePosition,
  lots,
  pips,
  placeOrder,
  price,
  units,
} from 'rx-ctrader'
import type { Account, NewOrder, OrderOptions, OrderUpdate } from 'rx-ctrader'
import type { Broker } from '../broker'
import { USDJPY } from '../instruments'
import type { Order, Position } from '../records'
import type { Act, Other } from './plan'

const nth = <T>(items: readonly T[], which: number): T | undefined => items[which % items.length]

/** What may be changed or cancelled. */
const pendingOf = ({ ledger }: Broker): Order[] =>
  ledger.all('order').filter(({ status, kind }) => status === 1 && kind !== 4 && kind !== 1)

/** What has not come to its end, be it that it waits for its price or that it is being filled. */
export const waitingIn = ({ ledger }: Broker): Order[] =>
  ledger.all('order').filter(({ status, kind }) => status === 1 && kind !== 4)

export const openOf = ({ ledger }: Broker): Position[] =>
  ledger.all('position').filter(({ status }) => status === 1)

/** A price in points as a person reads it, on the grid of its symbol. */
const decimal = (points: number, symbolId: number): number =>
  symbolId === USDJPY ? Math.round(points / 100) / 1_000 : Math.round(points) / 100_000

const pipOf = (symbolId: number): number => (symbolId === USDJPY ? 1_000 : 10)

const orderOf = (broker: Broker, act: Act & { kind: 'place' }, clientOrderId: string): NewOrder => {
  const { symbolId, side, stopLoss, takeProfit, type, by, expires } = act
  const { bid, ask } = broker.prices.quote(symbolId)
  const near = side === 'buy' ? ask : bid
  const ahead = near + (side === 'buy' ? 1 : -1) * by * pipOf(symbolId)
  const behind = near - (side === 'buy' ? 1 : -1) * by * pipOf(symbolId)
  const at = (points: number) => price(decimal(points, symbolId))
  const terms = {
    symbol: symbolId,
    side,
    volume: lots(act.lots),
    clientOrderId,
    ...(stopLoss !== undefined && { stopLoss: pips(stopLoss) }),
    ...(takeProfit !== undefined && { takeProfit: pips(takeProfit) }),
  }
  const pending = expires === undefined ? {} : { expires: broker.now() + expires }
  switch (type) {
    case 'market':
      return { type, ...terms }
    case 'marketRange':
      return { type, ...terms, basePrice: at(near), slippage: pips(10) }
    case 'limit':
      return { type, ...terms, ...pending, price: at(behind) }
    case 'stop':
      return { type, ...terms, ...pending, price: at(ahead) }
    case 'stopLimit':
      return { type, ...terms, ...pending, price: at(ahead), slippage: pips(10) }
  }
}

const legOf = (leg: number | null) => (leg === null ? null : pips(leg))

/** What an act is at the moment, if there is something to do it to. */
export const commandOf = (
  broker: Broker,
  account: Account,
  act: Act,
  options: OrderOptions,
  name: string,
): Observable<OrderUpdate> | undefined => {
  switch (act.kind) {
    case 'place':
      return placeOrder(account, orderOf(broker, act, name), options)
    case 'amend': {
      const order = nth(pendingOf(broker), act.which)
      const at = order && (order.limit ?? order.stop)
      if (!order || at === undefined) return undefined
      const { id: orderId, symbolId } = order
      const moved = price(decimal(at + act.by * pipOf(symbolId), symbolId))
      const { stopLoss } = act
      return amendOrder(
        account,
        { orderId, price: moved, ...(stopLoss !== undefined && { stopLoss: legOf(stopLoss) }) },
        options,
      )
    }
    case 'cancel': {
      const order = nth(pendingOf(broker), act.which)
      return order && cancelOrder(account, { orderId: order.id }, options)
    }
    case 'close': {
      const position = nth(openOf(broker), act.which)
      if (!position) return undefined
      const part = act.isPart && position.volume > 100_000 ? { volume: units(1_000) } : {}
      return closePosition(account, { positionId: position.id, ...part }, options)
    }
    case 'protect': {
      const position = nth(openOf(broker), act.which)
      const { stopLoss, takeProfit } = act
      return (
        position &&
        amendProtection(
          account,
          {
            positionId: position.id,
            ...(stopLoss !== undefined && { stopLoss: legOf(stopLoss) }),
            ...(takeProfit !== undefined && { takeProfit: legOf(takeProfit) }),
          },
          options,
        )
      )
    }
    case 'closeAll':
      return closeAll(account, { ...options, cancelPending: act.cancelPending })
  }
}

/** Does what another terminal does. */
export const doElsewhere = (broker: Broker, { does, which }: Other, name: string): void => {
  switch (does) {
    case 'buy':
    case 'sell': {
      const tradeSide = does === 'buy' ? 1 : 2
      broker.other(2106, { symbolId: 1, orderType: 1, tradeSide, volume: 200_000 }, name)
      break
    }
    case 'cancel': {
      const order = nth(pendingOf(broker), which)
      if (order) broker.other(2108, { orderId: order.id }, name)
      break
    }
    case 'close': {
      const position = nth(openOf(broker), which)
      if (position) broker.other(2111, { positionId: position.id, volume: position.volume }, name)
      break
    }
    case 'protect': {
      const position = nth(openOf(broker), which)
      if (!position) break
      const away = (position.side === 1 ? -1 : 1) * 300 * pipOf(position.symbolId)
      const entry = position.cost / position.opened
      const stopLoss = decimal(entry + away, position.symbolId)
      broker.other(2110, { positionId: position.id, stopLoss }, name)
    }
  }
}
