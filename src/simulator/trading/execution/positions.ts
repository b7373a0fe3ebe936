import { ProtoOAAccountType } from '../../../protocol/messages/enums'
import type { ProtoOATradeSide } from '../../../protocol/messages/enums'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Order, Position } from '../state/records'

export const isNetted = ({ book }: ExchangeAccount): boolean =>
  book.terms.accountType === ProtoOAAccountType.NETTED

interface Origin {
  readonly symbolId: number
  readonly tradeSide: ProtoOATradeSide
  readonly label: string | undefined
  readonly comment: string | undefined
}

/** An empty position that waits for an order to fill. */
export const createPosition = (
  { ids, book }: ExchangeAccount,
  origin: Origin,
  at: number,
  positionId = ids.next('position'),
): Position => {
  const { symbolId, tradeSide, label, comment } = origin
  const position: Position = {
    positionId,
    symbolId,
    label,
    comment,
    tradeSide,
    state: 'created',
    volume: 0,
    entry: 0,
    openedAt: undefined,
    closedAt: undefined,
    updatedAt: at,
    swap: 0,
    commission: 0,
    marginRate: 0,
    usdRate: 0,
    usedMargin: 0,
    stopLoss: undefined,
    takeProfit: undefined,
    guaranteed: false,
    trailing: false,
    trail: undefined,
    triggerMethod: undefined,
    protectionOrderId: undefined,
    nextSwapAt: undefined,
    swapPeriods: 0,
    trailDue: undefined,
    trailFrom: at,
    lots: [],
  }
  book.positions.set(position.positionId, position)
  return position
}

/** The single position of a symbol on a netted account. */
export const nettedPosition = ({ book }: ExchangeAccount, symbolId: number): Position | undefined =>
  [...book.open].find(position => position.symbolId === symbolId)

/**
 * The position that an order belongs to now. On a netted account it can be a different one than when it was placed.
 */
export const targetPosition = (account: ExchangeAccount, order: Order, at: number): Position => {
  const own = account.book.positions.get(order.positionId)
  if (own && (order.joins || own.state === 'open')) return own
  const netted = isNetted(account) ? nettedPosition(account, order.symbolId) : undefined
  if (netted) {
    if (own?.state === 'created') Object.assign(own, { state: 'closed', closedAt: at, updatedAt: at })
    order.positionId = netted.positionId
    return netted
  }
  if (own?.state === 'created') return own
  const fresh = createPosition(account, order, at)
  order.positionId = fresh.positionId
  return fresh
}
