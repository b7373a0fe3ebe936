import { isCTraderError, toMoney } from 'rx-ctrader'
import { profitOf } from '../money'
import { orderOnWire, positionOnWire, traderOnWire } from '../wire'
import { ACCOUNT } from '../broker'
import { openOf } from './acting'
import type { Ways } from '../ways'
import { TROUBLE } from './plan'
import type { Outcome } from './play'

const byNumber = (a: number, b: number): number => a - b

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

const differs = (what: string, shown: unknown, truth: unknown): string[] =>
  JSON.stringify(shown) === JSON.stringify(truth)
    ? []
    : [`${what}: ${JSON.stringify(shown)}, and the ledger has ${JSON.stringify(truth)}`]

const words: Readonly<Record<number, string>> = {
  1: 'accepted',
  2: 'filled',
  3: 'rejected',
  4: 'expired',
  5: 'cancelled',
}
const wordOf: Readonly<Record<string, string>> = { partiallyFilled: 'accepted', replaced: 'accepted' }

/** By when the first answers have come, in ms. */
const CALM = 3_000

/** Whether an order without an event may be missing in every list that is asked for. */
const isHidden = ({ lists }: Ways): boolean => lists === 'pending'

/** The last of each order in `orderUpdates` is how the ledger has it, of those that were made since it listens. */
const updateWrongs = ({ plan: { happenings, ways }, broker, known }: Outcome): string[] => {
  // Until the first answer only the clock can tell what is news.
  const isCalm = happenings.every(([at, happening]) => !('fault' in happening) || at > CALM)
  const newsSince = ways.skew === 0 ? broker.startedAt : known.since + (isCalm ? CALM : TROUBLE)
  const last = new Map<number, string>()
  const volumes = new Map<number, number>()
  for (const update of known.updates) {
    const { orderId, status } = update
    if (orderId === undefined || status === 'protected') continue
    last.set(orderId, wordOf[status] ?? status)
    if ('deal' in update) volumes.set(orderId, update.volume)
  }
  return broker.ledger.all('order').flatMap(({ id, kind, status, madeAt, filled }) => {
    const told = last.get(id)
    const isNews = madeAt > newsSince
    if (kind === 4 || (told === undefined && (!isNews || isHidden(ways)))) return []
    const volume = volumes.get(id) ?? filled
    return told === words[status] && volume === filled
      ? []
      : [`order ${id} is ${words[status]}, ${filled} filled, and last told of as ${told}, ${volume} filled`]
  })
}

const isTooLarge = (error: unknown): boolean => isCTraderError(error) && error.reason === 'TooLarge'

/** What consumers of the account have that the ledger has not, or the reverse. */
export const accountWrongs = (outcome: Outcome): string[] => {
  const { broker, known, plan } = outcome
  const { ledger, prices } = broker
  const open = openOf(broker)
  const purse = ledger.find('purse', 0)
  if (!purse) return ['no purse']
  const shown = <T>(list: readonly T[] | undefined, idOf: (one: T) => number): T[] | undefined =>
    list && [...list].sort((a, b) => byNumber(idOf(a), idOf(b)))
  const isNamed = plan.ways.names === 'everywhere' || plan.ways.names === 'inLists'

  const gross = open.map(position =>
    profitOf(
      position,
      prices.at(position.symbolId, position.side === 1 ? 2 : 1),
      position.volume,
      prices.rate(position.symbolId),
    ),
  )
  const net = sum(gross) + sum(open.map(({ commission }) => commission))
  const worth = purse.balance + net
  const equity = worth + Math.min(purse.bonus, Math.max(0, worth))
  // Prices of positions are averages that the wire rounds.
  const isNear = (a: number | undefined, b: number): boolean => Math.abs((a ?? NaN) - b) <= open.length
  const money = (what: string, told: number | undefined, truth: number): string[] =>
    isNear(told, truth)
      ? []
      : [
          `${what}: ${told === undefined ? 'nothing' : toMoney(told, 2)}, and the ledger has ${toMoney(truth, 2)}`,
        ]

  // Of an account that is larger than an answer may be nothing more is told.
  if (known.errors.length > 0 && known.errors.every(isTooLarge)) return []
  return [
    ...known.errors.map(error => `a stream errors: ${String(error)}`),
    ...differs('state', known.states.at(-1)?.[1].status, 'authenticated'),
    ...differs(
      'positions',
      shown(known.positions, ({ positionId }) => positionId)?.map(essence),
      open.map(positionOnWire).map(essence),
    ),
    ...differs(
      'orders',
      shown(known.orders, ({ orderId }) => orderId)?.map(({ orderId }) => orderId),
      ledger
        .all('order')
        .filter(({ status, kind }) => status === 1 && kind !== 4)
        .map(order => orderOnWire(order, isNamed)['orderId']),
    ),
    ...differs('balance', known.trader?.balance, traderOnWire(ACCOUNT, purse)['balance']),
    ...money('net profit', known.pnl?.net, net),
    ...money('equity', known.equity?.equity, equity),
    ...differs(
      'deals',
      known.deals.map(({ dealId }) => dealId).sort(byNumber),
      ledger
        .all('deal')
        .map(({ id }) => id)
        .sort(byNumber),
    ),
    ...updateWrongs(outcome),
  ]
}

const essence = (position: object): unknown => {
  const { positionId, tradeData, price, stopLoss, takeProfit, usedMargin } = position as {
    readonly positionId: number
    readonly tradeData: { readonly volume: number; readonly tradeSide: number }
    readonly price?: number
    readonly stopLoss?: number
    readonly takeProfit?: number
    readonly usedMargin?: number
  }
  return [positionId, tradeData.volume, tradeData.tradeSide, price, stopLoss, takeProfit, usedMargin]
}
