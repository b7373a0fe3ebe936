import { combineLatest, map, switchMap, take, takeWhile } from 'rxjs'
import type { Observable } from 'rxjs'
import { dryRun, placeOrder, spots, symbol, toMoney } from '../../index'
import type {
  DryRun,
  NewOrder,
  OrderOptions,
  OrderUpdate,
  Pips,
  Price,
  Quote,
  Side,
  SymbolDetails,
  Volume,
} from '../../index'
import { lotsText, symbolName } from '../account/positionRows'
import type { Context, Run } from '../definition'
import { Mistake } from '../outcome'
import type { Outcome } from '../outcome'
import { dateAndTime } from '../output/text'
import { parseSymbol } from '../read'
import { withAccount } from '../session/openAccount'
import type { OpenAccount } from '../session/openAccount'
import { volume } from './amounts'
import { confirm } from './confirm'
import { costs } from './costs'
import type { Costs } from './costs'
import type { TradeOptions } from './journal'

export interface PlaceOptions extends TradeOptions {
  readonly limit?: Price
  readonly stop?: Price
  readonly stopLoss?: Pips | Price
  readonly takeProfit?: Pips | Price
  readonly trailing?: boolean
  readonly expires?: number
  readonly label?: string
  readonly comment?: string
  readonly wait?: boolean
}

const orderFrom = (side: Side, name: string, amount: Volume, options: PlaceOptions): NewOrder => {
  const { limit, stop, stopLoss, takeProfit, trailing, expires, label, comment } = options
  if (limit && stop) throw new Mistake('An order has --limit or --stop, and not both.')
  const terms = {
    symbol: parseSymbol(name),
    side,
    volume: amount,
    ...(stopLoss && { stopLoss }),
    ...(takeProfit && { takeProfit }),
    ...(trailing && { trailingStopLoss: true }),
    ...(label !== undefined && { label }),
    ...(comment !== undefined && { comment }),
  }
  const pending = { ...terms, ...(expires !== undefined && { expires }) }
  if (limit) return { ...pending, type: 'limit', price: limit }
  if (stop) return { ...pending, type: 'stop', price: stop }
  if (expires !== undefined) throw new Mistake('--expires is for an order with --limit or --stop.')
  // The library refuses protections that are prices, with a sentence that says so.
  return { ...terms, type: 'market' } as NewOrder
}

const distance = (value: Pips | Price | undefined): string | undefined =>
  value && ('pips' in value ? `${value.pips} pips` : String(value.price))

const orderLines = (
  order: NewOrder,
  { request, expectedMargin, moneyDigits = 2 }: DryRun,
  terms: SymbolDetails,
  { bid, ask }: Quote,
  { currency, spread, commission, swap }: Costs,
): readonly string[] => {
  const [bidText, askText] = [bid.toFixed(terms.digits), ask.toFixed(terms.digits)]
  const entries: readonly (readonly [string, string | undefined])[] = [
    [
      'order',
      `${order.side} ${lotsText(terms, request.volume)} lots of ${symbolName(terms)} (${request.volume / 100} units), ${order.type}`,
    ],
    ['price', 'price' in order ? String(order.price.price) : `${bidText} / ${askText}`],
    ['stop loss', distance(order.stopLoss)],
    ['take profit', distance(order.takeProfit)],
    ['expires', 'expires' in order ? `${dateAndTime(order.expires)} UTC` : undefined],
    [
      'margin',
      expectedMargin === undefined
        ? undefined
        : `${toMoney(expectedMargin, moneyDigits).toFixed(2)} ${currency}`,
    ],
    ['spread', spread],
    ['commission', commission],
    ['swap', swap],
  ]
  return entries.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(10)}  ${text}`]))
}

/** A pending order is followed until the server has it, or with `wait` to its end. */
const followed = (
  update$: Observable<OrderUpdate>,
  { type }: NewOrder,
  { wait }: PlaceOptions,
): Observable<OrderUpdate> =>
  type === 'market' || wait ? update$ : update$.pipe(takeWhile(({ status }) => status !== 'accepted', true))

const placed = (
  open: OpenAccount,
  order: NewOrder,
  options: PlaceOptions,
  context: Context,
): Observable<Outcome> => {
  const { account } = open
  return combineLatest([
    dryRun(account, order),
    symbol(account, order.symbol),
    spots(account, order.symbol),
  ]).pipe(
    take(1),
    switchMap(([tried, terms, quote]) => {
      const { side } = order
      const market = side === 'buy' ? quote.ask : quote.bid
      const price = 'price' in order ? order.price.price : market
      const trade = { terms, side, units: tried.request.volume / 100, price }
      return costs(account, trade, quote).pipe(map(cost => orderLines(order, tried, terms, quote, cost)))
    }),
    switchMap(lines => {
      const send = (given: OrderOptions) => followed(placeOrder(account, order, given), order, options)
      return confirm(open, { lines, options, send }, context)
    }),
  )
}

const place =
  (side: Side): Run<PlaceOptions> =>
  ([name = '', amount = ''], options, context) =>
    withAccount(options, context, open => {
      const readVolume = (): Volume => {
        try {
          return volume(amount)
        } catch (error) {
          throw error instanceof Mistake ? new Mistake(`The volume ${amount} ${error.message}.`) : error
        }
      }
      return placed(open, orderFrom(side, name, readVolume(), options), options, context)
    })

/** Buys. */
export const buy = place('buy')

/** Sells. */
export const sell = place('sell')
