import type { Desk } from './trading/desk'
import { profitOf } from './money'
import type { Order } from './records'
import { dealOnWire, orderOnWire, pnlOf, positionOnWire, traderOnWire } from './wire'
import type { Json } from './wire'

export interface Asked {
  readonly fromTimestamp?: number
  readonly toTimestamp?: number
  readonly maxRows?: number
  readonly orderId?: number
  readonly positionId?: number
  readonly returnProtectionOrders?: boolean
}

export type Answer = { readonly payload: Json } | { readonly errorCode: string }

/** The longest range where bounds are needed, in ms. */
const WEEK = 604_800_000

/** What the server shows of an account, as it was a while ago. */
export const createLists = (desk: Desk, accountId: number, now: () => number) => {
  const { ledger, ways, prices } = desk
  const asOf = () => now() - ways.lag
  const account = { ctidTraderAccountId: accountId }
  const answer = (payload: Json): Answer => ({ payload: { ...account, ...payload } })
  /** A list that is empty is left out. */
  const listed = (name: string, rows: readonly Json[]): Json => (rows.length > 0 ? { [name]: rows } : {})
  const orderJson = (order: Order): Json =>
    orderOnWire(order, ways.names === 'everywhere' || ways.names === 'inLists')

  const isListed = ({ status }: Order): boolean =>
    ways.lists === 'all' || (status === 1) === (ways.lists === 'pending')

  /** The rows of a list within its bounds, and no more than there may be. */
  const page = <T>(
    name: string,
    rows: readonly T[],
    timeOf: (row: T) => number,
    json: (row: T) => Json,
    { fromTimestamp = -Infinity, toTimestamp = Infinity, maxRows = Infinity, positionId }: Asked,
  ): Answer => {
    const isBounded = name === 'order' ? ways.needsBounds !== 'none' : ways.needsBounds === 'ordersAndDeals'
    if (isBounded && positionId === undefined && !(toTimestamp - fromTimestamp <= WEEK))
      return { errorCode: 'INCORRECT_BOUNDARIES' }
    const within = rows
      .filter(row => timeOf(row) >= fromTimestamp && timeOf(row) <= toTimestamp)
      .sort((a, b) => timeOf(b) - timeOf(a))
    const most = Math.min(maxRows, ways.rows)
    const kept = ways.cuts === 'oldest' ? within.slice(0, most) : within.slice(-most)
    const sorted = ways.order === 'newestFirst' ? kept : [...kept].reverse()
    return answer({ ...listed(name, sorted.map(json)), hasMore: within.length > most })
  }

  const orders = () => ledger.asOf('order', asOf())
  const deals = () => ledger.asOf('deal', asOf())
  const changedAt = (order: Order): number => order.changedAt

  /** By payload type. */
  const lists: Readonly<Record<number, (asked: Asked) => Answer>> = {
    2121: () => {
      const purse = ledger.asOf('purse', asOf())[0] ?? ledger.asOf('purse', Infinity)[0]
      return purse ? answer({ trader: traderOnWire(accountId, purse) }) : { errorCode: 'UNKNOWN_ERROR' }
    },
    2124: ({ returnProtectionOrders = false }) =>
      answer({
        ...listed(
          'position',
          ledger
            .asOf('position', asOf())
            .filter(({ status }) => status === 1)
            .map(positionOnWire),
        ),
        ...listed(
          'order',
          orders()
            .filter(({ status, kind }) => status === 1 && (kind !== 4 || returnProtectionOrders))
            .map(orderJson),
        ),
      }),
    2133: asked => page('deal', deals(), ({ at }) => at, dealOnWire, asked),
    2175: asked => page('order', orders().filter(isListed), changedAt, orderJson, asked),
    2179: asked =>
      page(
        'deal',
        deals().filter(({ positionId }) => positionId === asked.positionId),
        ({ at }) => at,
        dealOnWire,
        asked,
      ),
    2181: ({ orderId }) => {
      const order = orders().find(({ id }) => id === orderId)
      if (!order) return { errorCode: 'ORDER_NOT_FOUND' }
      const own = deals().filter(deal => deal.orderId === orderId)
      return answer({ order: orderJson(order), ...listed('deal', own.map(dealOnWire)) })
    },
    2183: asked =>
      page(
        'order',
        orders().filter(({ positionId }) => positionId === asked.positionId),
        changedAt,
        orderJson,
        asked,
      ),
    2187: () => {
      const open = ledger.all('position').filter(({ status }) => status === 1)
      return answer({
        ...listed(
          'positionUnrealizedPnL',
          open.map(position => {
            const { gross, net } = pnlOf(position, prices, ({ symbolId, volume }, price) =>
              profitOf(position, price, volume, prices.rate(symbolId)),
            )
            return { positionId: position.id, grossUnrealizedPnL: gross, netUnrealizedPnL: net }
          }),
        ),
        moneyDigits: 2,
      })
    },
  }
  return lists
}

export type Lists = ReturnType<typeof createLists>
