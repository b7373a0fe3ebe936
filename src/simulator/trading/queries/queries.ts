import { ProtoOAOrderType } from '../../../protocol/messages/enums'
import type { ProtoOADeal } from '../../../protocol/messages/deals'
import type { ProtoOAOrder, ProtoOAReconcileRes } from '../../../protocol/messages/orders'
import type {
  ProtoOAExpectedMargin,
  ProtoOAPositionUnrealizedPnL,
} from '../../../protocol/messages/positions'
import { ProtoOATradeSide } from '../../../protocol/messages/enums'
import { purseOf, symbolOf } from '../state/desk'
import type { ExchangeAccount } from '../state/desk'
import { unrealised } from '../accounting/equity'
import { exposureOf, marginOf } from '../accounting/margin'
import { baseRate, usdRate } from '../state/money'
import { tiersOf } from '../accounting/remargin'
import { wireOrder, wirePosition } from '../state/wire'

/** The open positions and the pending orders; those behind protections only on request. */
export const reconcile = (
  desk: ExchangeAccount,
  withProtections: boolean,
): Required<Pick<ProtoOAReconcileRes, 'position' | 'order'>> => {
  const { open, working, terms } = desk.book
  return {
    position: [...open].map(position => wirePosition(position, symbolOf(desk, position.symbolId), terms)),
    order: [...working]
      .filter(({ orderType }) => withProtections || orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT)
      .map(order => wireOrder(order, symbolOf(desk, order.symbolId))),
  }
}

export const orderDetails = (
  desk: ExchangeAccount,
  orderId: number,
): { readonly order: ProtoOAOrder; readonly deal: readonly ProtoOADeal[] } | undefined => {
  const order = desk.book.orders.get(orderId)
  return (
    order && {
      order: wireOrder(order, symbolOf(desk, order.symbolId)),
      deal: desk.book.deals.filter(deal => deal.orderId === orderId),
    }
  )
}

/** The margin of a position of each volume on top of the existing ones, for either side. */
export const expectedMargins = (
  desk: ExchangeAccount,
  symbolId: number,
  volumes: readonly number[],
  at: number,
): ProtoOAExpectedMargin[] => {
  const symbol = symbolOf(desk, symbolId)
  const rates = {
    marginRate: baseRate(purseOf(desk), symbol, at),
    usdRate: usdRate(desk.market, symbol, at),
  }
  const tiers = tiersOf(desk, symbolId)
  // The existing exposure is added up once: a request may ask for very many volumes.
  const marginOn = (tradeSide: ProtoOATradeSide): ((volume: number) => number) => {
    const exposure = [...desk.book.open]
      .filter(position => position.symbolId === symbolId && position.tradeSide === tradeSide)
      .reduce((sum, position) => sum + exposureOf(position), 0)
    return volume => marginOf(desk.book.terms, tiers, exposure, { tradeSide, volume, ...rates })
  }
  const [buyMargin, sellMargin] = [marginOn(ProtoOATradeSide.BUY), marginOn(ProtoOATradeSide.SELL)]
  return volumes.map(volume => ({
    volume,
    buyMargin: buyMargin(volume),
    sellMargin: sellMargin(volume),
  }))
}

/** What closing each position now would bring. */
export const unrealisedOf = (desk: ExchangeAccount, at: number): ProtoOAPositionUnrealizedPnL[] =>
  [...desk.book.open].map(position => {
    const { gross, net } = unrealised(desk, position, at)
    return { positionId: position.positionId, grossUnrealizedPnL: gross, netUnrealizedPnL: net }
  })
