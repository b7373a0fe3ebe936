import { toWirePrice } from '../../../protocol/units'
import { getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Order } from '../state/records'
import { execute } from './execute'
import { cancel, reject } from './finish'

/** What becomes of an order that is held. Without `rejected` or `cancelled` it is filled. */
export interface HeldFill {
  /** The order it is for. Default the oldest one that is held. */
  readonly orderId?: number
  /** The symbol it is for, without `orderId`. Default any. */
  readonly symbolId?: number
  /** How much of it, in cents. Default all that is left. The rest is held further. */
  readonly volume?: number
  /** In decimals. Default the market's price. */
  readonly price?: number
  /** It is rejected with this error code, or its rest is cancelled with it if a part is filled. */
  readonly rejected?: string
  /** It is cancelled, or its rest. */
  readonly cancelled?: true
}

const isHeld = ({ book, held }: ExchangeAccount, order: Order): boolean =>
  book.working.has(order) && held.causes.has(order) && order.watch === undefined

const findHeld = (account: ExchangeAccount, { orderId, symbolId }: HeldFill): Order | undefined =>
  [...account.book.working].find(
    order =>
      isHeld(account, order) &&
      (orderId === undefined
        ? symbolId === undefined || order.symbolId === symbolId
        : order.orderId === orderId),
  )

/** Why an order cannot be filled so. */
const mistakeIn = (
  account: ExchangeAccount,
  order: Order,
  { volume, price }: HeldFill,
): string | undefined => {
  const left = order.volume - order.executedVolume
  const { stepVolume } = getSymbol(account, order.symbolId).terms
  if (price !== undefined && !(price > 0 && price < Infinity)) return 'price must be a price, such as 1.1'
  if (volume === undefined) return undefined
  if (!(volume > 0) || volume % stepVolume !== 0) return `volume must be a multiple of ${stepVolume} cents`
  return volume > left ? `volume ${volume} is more than the ${left} cents that are left` : undefined
}

/** Fills or ends the oldest order that is held. Returns why it cannot, and changes nothing then. */
export const fillHeld = (account: ExchangeAccount, fill: HeldFill, at: number): string | undefined => {
  const order = findHeld(account, fill)
  const cause = order && account.held.causes.get(order)
  if (!order || !cause) return 'no order waits for it'
  const mistake = mistakeIn(account, order, fill)
  if (mistake !== undefined) return mistake
  const { volume, price, rejected, cancelled } = fill
  if (rejected !== undefined && order.executedVolume === 0) reject(account, order, rejected, at, cause)
  else if (rejected !== undefined || cancelled) cancel(account, order, at, cause, rejected)
  else
    execute(account, order, at, cause, {
      decided: { volume },
      ...(price !== undefined && { price: toWirePrice(price) }),
    })
  if (!account.book.working.has(order)) account.held.causes.delete(order)
  return undefined
}
