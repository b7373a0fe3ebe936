import { averageOf, commissionOf, profitOf } from '../money'
import type { Deal, Order, Position } from '../records'
import { protectionAt } from '../wire'
import { changeOrder, changePosition, orderOf, positionOf, protectionOf } from './desk'
import type { Desk } from './desk'
import { protect } from './protecting'

/** The smallest piece of a volume. */
const STEP = 100_000
/** Between two pieces of an order, in ms. */
const PAUSE = 80

const priceOf = (desk: Desk, { kind, limit, symbolId, side }: Order): number => {
  const market = desk.prices.at(symbolId, side)
  if (kind !== 2 || limit === undefined) return market
  return side === 1 ? Math.min(limit, market) : Math.max(limit, market)
}

const dealOf = (desk: Desk, order: Order, filled: number, price: number): Deal => ({
  id: desk.nextId('deal'),
  orderId: order.id,
  positionId: order.positionId,
  symbolId: order.symbolId,
  side: order.side,
  volume: order.volume,
  filled,
  price,
  status: order.filled + filled < order.volume ? 3 : 2,
  commission: commissionOf(filled),
  at: desk.stamp(),
})

const opened = (desk: Desk, position: Position, deal: Deal): Position =>
  changePosition(desk, position, {
    status: 1,
    volume: position.volume + deal.filled,
    opened: position.opened + deal.filled,
    cost: position.cost + (deal.price ?? NaN) * deal.filled,
    commission: position.commission + deal.commission,
    openedAt: position.openedAt ?? deal.at,
  })

/** Takes a volume out of a position, and books what it brings. */
const closed = (desk: Desk, position: Position, deal: Deal): readonly [Position, Deal] => {
  const { ledger, prices } = desk
  const purse = ledger.find('purse', 0)
  if (!purse) throw new Error('the account has no purse')
  const share = Math.round((position.commission * deal.filled) / position.volume)
  const gross = profitOf(position, deal.price ?? NaN, deal.filled, prices.rate(position.symbolId))
  const commission = share + deal.commission
  const balance = purse.balance + gross + commission
  const next = { ...purse, balance, version: purse.version + 1 }
  ledger.write('purse', next)
  const volume = position.volume - deal.filled
  const left = changePosition(desk, position, {
    volume,
    commission: position.commission - share,
    ...(volume === 0 && { status: 2, closedAt: deal.at }),
  })
  const entry = averageOf(position.cost, position.opened)
  return [left, { ...deal, close: { entry, gross, commission, balance, balanceVersion: next.version } }]
}

/** What becomes of the protections when a position is smaller or gone. */
const adjustProtection = (desk: Desk, position: Position, but: Order, cause: string | undefined): void => {
  const protection = protectionOf(desk, position)
  if (!protection || protection.id === but.id) return
  const isGone = position.volume === 0
  const order = changeOrder(desk, protection, isGone ? { status: 5 } : { volume: position.volume })
  desk.tell({ type: isGone ? 5 : 4, order, position, cause, isServers: true })
}

const askedProtections = (desk: Desk, order: Order, position: Position, cause: string | undefined): void => {
  const { stopDistance, takeDistance, side, isTrailing, clientOrderId } = order
  if (stopDistance === undefined && takeDistance === undefined) return
  const entry = Math.round(order.cost / order.filled)
  desk.later(2, () => {
    const now = positionOf(desk, position.id)
    if (now?.status !== 1) return
    const stopLoss = protectionAt(entry, side, stopDistance, 'loss')
    const takeProfit = protectionAt(entry, side, takeDistance, 'profit')
    protect(desk, now, { stopLoss, takeProfit, isTrailing }, { cause, isServers: true, clientOrderId })
  })
}

/** The rest of an order will not be filled. */
const endEarly = (desk: Desk, id: number, cause: string | undefined): void => {
  const order = orderOf(desk, id)
  const position = order && positionOf(desk, order.positionId)
  if (order?.status !== 1 || !position) return
  const ended = changeOrder(desk, order, { status: 5 })
  desk.tell({ type: 5, order: ended, position, cause })
  if (!order.isClosing) askedProtections(desk, ended, position, cause)
}

/** Fills the next piece of an order at the price that there is, and the others after it. */
export const fill = (desk: Desk, id: number, cause: string | undefined, isServers = false): void => {
  const order = orderOf(desk, id)
  const position = order && positionOf(desk, order.positionId)
  if (order?.status !== 1 || !position) return
  const { pieces, endsEarly, tellsPieces, callsPiecesFilled } = desk.ways
  const isAtOnce = order.kind === 1 || order.kind === 5
  const wanted = order.kind === 4 ? position.volume : Math.ceil(order.volume / pieces / STEP) * STEP
  const filled = Math.min(wanted, order.volume - order.filled)
  if (order.isClosing && (position.status !== 1 || position.volume < filled)) {
    const ended = changeOrder(desk, order, { status: order.filled > 0 ? 5 : 3 })
    const errorCode = 'POSITION_NOT_FOUND'
    desk.tell({ type: order.filled > 0 ? 5 : 7, order: ended, position, cause, errorCode })
    return
  }
  const booked = dealOf(desk, order, filled, priceOf(desk, order))
  const [now, deal] = order.isClosing
    ? closed(desk, position, booked)
    : [opened(desk, position, booked), booked]
  desk.ledger.write('deal', deal)
  const isDone = order.filled + filled === order.volume
  const next = changeOrder(desk, order, {
    filled: order.filled + filled,
    cost: order.cost + (deal.price ?? NaN) * filled,
    ...(isDone && { status: 2 }),
  })
  const protection = protectionOf(desk, now)
  const isGuarded = protection !== undefined && protection.id !== id
  // As the live server has it: closed for good only when the order behind its protections is gone, too.
  const shown: Position = now.status === 2 && isGuarded ? { ...now, status: 3 } : now
  if (isDone || tellsPieces)
    desk.tell({
      type: isDone || callsPiecesFilled ? 3 : 11,
      order: callsPiecesFilled ? { ...next, status: 2 } : next,
      position: shown,
      deal,
      cause,
      isServers,
    })
  if (order.isClosing) adjustProtection(desk, now, order, cause)
  if (isDone) {
    if (!order.isClosing) askedProtections(desk, next, now, cause)
    return
  }
  desk.later(PAUSE, () => {
    if (isAtOnce && endsEarly) endEarly(desk, id, cause)
    else fill(desk, id, cause, isServers)
  })
}
