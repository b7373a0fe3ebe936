import { combineLatest, map, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  amendOrder,
  amendProtection,
  cancelOrder,
  closePosition,
  orders,
  positions,
  sideName,
  symbol,
} from '../../index'
import type { OrderOptions, OrderUpdate, Pips, Price, SymbolDetails, Volume } from '../../index'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import type { ProtoOAPosition } from '../../protocol/messages/positions'
import { lotsText, priceText, symbolName } from '../account/positionRows'
import type { Context, Run } from '../definition'
import { Mistake } from '../outcome'
import type { Outcome } from '../outcome'
import { withAccount } from '../session/openAccount'
import type { OpenAccount } from '../session/openAccount'
import { volume } from './amounts'
import { confirm } from './confirm'
import type { TradeOptions } from './journal'

export interface AmendOptions extends TradeOptions {
  readonly price?: Price
  readonly volume?: Volume
  readonly stopLoss?: Pips | Price | 'none'
  readonly takeProfit?: Pips | Price | 'none'
  readonly trailing?: boolean
  readonly expires?: number
}

type Found =
  | { readonly position: ProtoOAPosition; readonly order?: undefined }
  | { readonly order: ProtoOAOrder; readonly position?: undefined }

const listed = (ids: readonly number[], what: string): string =>
  ids.length === 0 ? `no ${what}` : `${what} ${ids.join(', ')}`

/** A position or order by its id. Errors if the account has neither. */
const find = ({ account }: OpenAccount, text: string): Observable<Found> =>
  combineLatest([positions(account), orders(account)]).pipe(
    take(1),
    map(([open, pending]) => {
      const id = Number(text)
      const position = open.all.find(({ positionId }) => positionId === id)
      if (position) return { position }
      const order = pending.all.find(({ orderId }) => orderId === id)
      if (order) return { order }
      const known = [
        listed(
          open.all.map(({ positionId }) => positionId),
          'positions',
        ),
        listed(
          pending.all.map(({ orderId }) => orderId),
          'orders',
        ),
      ]
      throw new Mistake(`There is no position or order ${text}. The account has ${known.join(' and ')}.`)
    }),
  )

const description = (
  { order, position }: Found,
  { tradeData }: ProtoOAPosition | ProtoOAOrder,
  terms: SymbolDetails,
): string => {
  const what = position ? `position ${position.positionId}` : `order ${order.orderId}`
  const price = priceText(terms, position?.price ?? order?.limitPrice ?? order?.stopPrice)
  return `${what}: ${sideName(tradeData.tradeSide)} ${lotsText(terms, tradeData.volume)} lots of ${symbolName(terms)}${price === undefined ? '' : ` at ${price}`}`
}

const changeWord = (change: object): readonly string[] =>
  Object.entries(change).map(([name, value]) => {
    const text =
      value === null
        ? 'none'
        : typeof value === 'object'
          ? Object.entries(value as object)
              .map(([unit, n]) => `${String(n)} ${unit}`)
              .join('')
          : String(value)
    return `${name.padEnd(10)}  ${text}`
  })

/** Finds what is to be changed, shows it, asks, and sends. */
const changed = (
  id: string,
  options: TradeOptions,
  context: Context,
  change: (
    open: OpenAccount,
    found: Found,
  ) => { readonly lines: readonly string[]; readonly send: (given: OrderOptions) => Observable<OrderUpdate> },
): Observable<Outcome> =>
  withAccount(options, context, open =>
    find(open, id).pipe(
      switchMap(found => {
        const entity = found.position ?? found.order
        return symbol(open.account, entity.tradeData.symbolId).pipe(
          take(1),
          switchMap(terms => {
            const { lines, send } = change(open, found)
            const shown = [`now         ${description(found, entity, terms)}`, ...lines]
            return confirm(open, { lines: shown, options, send }, context)
          }),
        )
      }),
    ),
  )

const optionalVolume = (text: string | undefined): Volume | undefined => {
  if (text === undefined) return undefined
  try {
    return volume(text)
  } catch (error) {
    throw error instanceof Mistake ? new Mistake(`The volume ${text} ${error.message}.`) : error
  }
}

/** Closes a position, or a part of it. */
export const close: Run<TradeOptions> = ([id = '', amount], options, context) => {
  const part = optionalVolume(amount)
  return changed(id, options, context, (open, { position }) => {
    if (!position) throw new Mistake(`${id} is an order: npx rx-ctrader cancel ${id} cancels it.`)
    return {
      lines: [`close       ${part === undefined ? 'all of it' : (amount ?? '')}`],
      send: given =>
        closePosition(
          open.account,
          { positionId: position.positionId, ...(part && { volume: part }) },
          given,
        ),
    }
  })
}

/** Cancels a pending order. */
export const cancel: Run<TradeOptions> = ([id = ''], options, context) =>
  changed(id, options, context, (open, { order }) => {
    if (!order) throw new Mistake(`${id} is a position: npx rx-ctrader close ${id} closes it.`)
    return {
      lines: ['cancel      the order'],
      send: given => cancelOrder(open.account, { orderId: order.orderId }, given),
    }
  })

/** Changes a pending order, or the protections of a position. */
export const amend: Run<AmendOptions> = ([id = ''], options, context) => {
  const { price, volume: amount, stopLoss, takeProfit, trailing, expires } = options
  const protections = {
    ...(stopLoss !== undefined && { stopLoss: stopLoss === 'none' ? null : stopLoss }),
    ...(takeProfit !== undefined && { takeProfit: takeProfit === 'none' ? null : takeProfit }),
    ...(trailing !== undefined && { trailingStopLoss: trailing }),
  }
  const terms = {
    ...(price && { price }),
    ...(amount && { volume: amount }),
    ...(expires !== undefined && { expires }),
  }
  const changes = { ...terms, ...protections }
  if (Object.keys(changes).length === 0)
    throw new Mistake(
      'Nothing is to be changed: give --price, --volume, --stop-loss, --take-profit or --expires.',
    )
  return changed(id, options, context, (open, { order, position }) => {
    if (order)
      return {
        lines: changeWord(changes),
        send: given => amendOrder(open.account, { orderId: order.orderId, ...changes }, given),
      }
    if (Object.keys(terms).length > 0)
      throw new Mistake('A position has --stop-loss, --take-profit and --trailing only.')
    return {
      lines: changeWord(protections),
      send: given =>
        amendProtection(open.account, { positionId: position.positionId, ...protections }, given),
    }
  })
}
