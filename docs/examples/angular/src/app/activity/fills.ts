import { Injectable } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { EMPTY, catchError, filter, map, mergeMap, scan, take } from 'rxjs'
import { cents, centsToLots, orderUpdates, symbol, toMoney } from 'rx-ctrader'
import type { OrderUpdate, SymbolDetails } from 'rx-ctrader'
import { ProtoOAOrderType } from 'rx-ctrader/protocol'
import { injectAccount } from 'rx-ctrader/angular'

type Filled = Extract<OrderUpdate, { status: 'filled' }>

/** Something that the market did to the account, not the trader. */
export interface Event {
  readonly id: number
  readonly text: string
  readonly isLoss: boolean
}

/** Whether the stop loss closed it. An order that protects has both prices. */
const isStop = ({ order: { stopPrice, limitPrice }, deal: { executionPrice = 0 } }: Filled): boolean =>
  stopPrice !== undefined &&
  (limitPrice === undefined || Math.abs(executionPrice - stopPrice) <= Math.abs(executionPrice - limitPrice))

/** Why an order was filled. `undefined` for one that was sent to be filled at once. */
const reasonOf = (update: Filled): string | undefined => {
  const { order } = update
  if (order.isStopOut) return 'stop out'
  switch (order.orderType) {
    case ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT:
      return isStop(update) ? 'stop loss' : 'take profit'
    case ProtoOAOrderType.LIMIT:
      return 'limit order'
    case ProtoOAOrderType.STOP:
    case ProtoOAOrderType.STOP_LIMIT:
      return 'stop order'
    default:
      return undefined
  }
}

const eventOf = (update: Filled, reason: string, terms: SymbolDetails): Event => {
  const { deal, side } = update
  const { lots } = centsToLots(cents(deal.filledVolume), terms.lotSize ?? 100)
  const detail = deal.closePositionDetail
  const net = detail ? detail.grossProfit + detail.swap + detail.commission : undefined
  const profit = net === undefined ? undefined : toMoney(net, detail?.moneyDigits ?? 2)
  const verb = side === 'buy' ? 'bought' : 'sold'
  const result = profit === undefined ? '' : `: ${profit > 0 ? '+' : ''}${profit.toFixed(2)}`
  const price = deal.executionPrice?.toFixed(terms.digits) ?? '?'
  return {
    id: deal.dealId,
    text: `${terms.symbolName}: ${reason} ${verb} ${lots} at ${price}${result}`,
    isLoss: (profit ?? 0) < 0,
  }
}

const MOST_KEPT = 10

/** What stops, targets and pending orders did, with the result: the newest first. */
@Injectable({ providedIn: 'root' })
export class Fills {
  private readonly account = injectAccount()

  readonly events = toSignal(
    orderUpdates(this.account).pipe(
      filter(update => update.status === 'filled'),
      mergeMap(update => {
        const reason = reasonOf(update)
        if (reason === undefined) return EMPTY
        return symbol(this.account, update.order.tradeData.symbolId).pipe(
          take(1),
          map(terms => eventOf(update, reason, terms)),
        )
      }),
      scan((known: readonly Event[], event) => [event, ...known].slice(0, MOST_KEPT), []),
      catchError(() => EMPTY),
    ),
    { initialValue: [] },
  )
}
