import { ProtoOAOrderType } from '../../../protocol/messages/enums'
import type { ProtoOADeal } from '../../../protocol/messages/deals'
import type { ProtoOAOrder, ProtoOAReconcileRes } from '../../../protocol/messages/orders'
import type {
  ProtoOAExpectedMargin,
  ProtoOAPositionUnrealizedPnL,
} from '../../../protocol/messages/positions'
import { ProtoOATradeSide } from '../../../protocol/messages/enums'
import { getPurse, getSymbol } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { unrealisedProfit } from '../accounting/equity'
import { legExposure, legMargin } from '../accounting/margin'
import { baseRate, usdRate } from '../state/money'
import { leverageTiers } from '../accounting/remargin'
import { wireOrder, wirePosition } from '../state/wire'

/** The open positions and the pending orders; those behind protections only on request. */
export const reconcile = (
  account: ExchangeAccount,
  withProtections: boolean,
): Required<Pick<ProtoOAReconcileRes, 'position' | 'order'>> => {
  const { open, working, terms } = account.book
  return {
    position: [...open].map(position => wirePosition(position, getSymbol(account, position.symbolId), terms)),
    order: [...working]
      .filter(({ orderType }) => withProtections || orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT)
      .map(order => wireOrder(order, getSymbol(account, order.symbolId))),
  }
}

export const orderDetails = (
  account: ExchangeAccount,
  orderId: number,
): { readonly order: ProtoOAOrder; readonly deal: readonly ProtoOADeal[] } | undefined => {
  const order = account.book.orders.get(orderId)
  return (
    order && {
      order: wireOrder(order, getSymbol(account, order.symbolId)),
      deal: account.book.deals.filter(deal => deal.orderId === orderId),
    }
  )
}

/** The margin of a position of each volume on top of the existing ones, for either side. */
export const expectedMargins = (
  account: ExchangeAccount,
  symbolId: number,
  volumes: readonly number[],
  at: number,
): ProtoOAExpectedMargin[] => {
  const symbol = getSymbol(account, symbolId)
  const rates = {
    marginRate: baseRate(getPurse(account), symbol, at),
    usdRate: usdRate(account.market, symbol, at),
  }
  const tiers = leverageTiers(account, symbolId)
  // The existing exposure is added up once: a request may ask for very many volumes.
  const marginOn = (tradeSide: ProtoOATradeSide): ((volume: number) => number) => {
    const exposure = [...account.book.open]
      .filter(position => position.symbolId === symbolId && position.tradeSide === tradeSide)
      .reduce((sum, position) => sum + legExposure(position), 0)
    return volume => legMargin(account.book.terms, tiers, exposure, { tradeSide, volume, ...rates })
  }
  const [buyMargin, sellMargin] = [marginOn(ProtoOATradeSide.BUY), marginOn(ProtoOATradeSide.SELL)]
  return volumes.map(volume => ({
    volume,
    buyMargin: buyMargin(volume),
    sellMargin: sellMargin(volume),
  }))
}

/** What closing each position now would bring. */
export const unrealisedProfits = (account: ExchangeAccount, at: number): ProtoOAPositionUnrealizedPnL[] =>
  [...account.book.open].map(position => {
    const { gross, net } = unrealisedProfit(account, position, at)
    return { positionId: position.positionId, grossUnrealizedPnL: gross, netUnrealizedPnL: net }
  })
