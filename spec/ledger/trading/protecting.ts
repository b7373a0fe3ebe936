import type { Position } from '../records'
import { otherSide } from '../records'
import { changeOrder, changePosition, protectionOf } from './desk'
import type { Desk } from './desk'

export interface Protections {
  readonly stopLoss: number | undefined
  readonly takeProfit: number | undefined
  readonly isTrailing: boolean | undefined
}

interface Origin {
  readonly cause: string | undefined
  readonly isServers?: boolean
  readonly clientOrderId: string | undefined
}

/** Gives a position these protections and no others: by a new order of type 4, a changed one, or the end of it. */
export const protect = (
  desk: Desk,
  position: Position,
  { stopLoss, takeProfit, isTrailing }: Protections,
  { cause, isServers = false, clientOrderId }: Origin,
): void => {
  const before = protectionOf(desk, position)
  const fields = { stopLoss, takeProfit, isTrailing: isTrailing ?? false }
  if (stopLoss === undefined && takeProfit === undefined) {
    const bare = changePosition(desk, position, { ...fields, protectedBy: undefined })
    if (before)
      desk.tell({
        type: 5,
        order: changeOrder(desk, before, { status: 5 }),
        position: bare,
        cause,
        isServers,
      })
    return
  }
  const prices = { stop: stopLoss, limit: takeProfit, isTrailing: fields.isTrailing }
  if (before) {
    const order = changeOrder(desk, before, prices)
    desk.tell({ type: 4, order, position: changePosition(desk, position, fields), cause, isServers })
    return
  }
  const at = desk.stamp()
  const order = {
    id: desk.nextId('order'),
    clientOrderId,
    symbolId: position.symbolId,
    side: otherSide(position.side),
    kind: 4,
    volume: position.volume,
    filled: 0,
    cost: 0,
    status: 1,
    positionId: position.id,
    isClosing: true,
    ...prices,
    madeAt: at,
    changedAt: at,
  } as const
  desk.ledger.write('order', order)
  const guarded = changePosition(desk, position, { ...fields, protectedBy: order.id })
  desk.tell({ type: 2, order, position: guarded, cause, isServers })
}
