import type { ProtoOADeal } from '../../../protocol/messages/deals'
import type { ProtoOAExecutionType } from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import type { MessageType, Payload } from '../../../protocol/table'
import type { ListedSymbol, Market } from '../../market/model/market'
import type { FillModel } from '../../model/fills'
import type { Unknowns } from '../../model/unknowns'
import type { Ids } from './ids'
import type { Purse } from './money'
import type { Book, Order, Position } from './records'
import type { Duty, Tasks } from './tasks'
import { wireOrder, wirePosition } from './wire'
import { omitUndefined } from '../../../util/omitUndefined'

/**
 * Sends a message to every session of an account. Execution events carry the `clientMsgId` of the request that
 * caused them.
 */
export type Announce = <T extends MessageType>(
  accountId: number,
  payloadType: T,
  payload: Payload<T>,
  clientMsgId?: string,
) => void

/** The unknowns that trading depends on. */
export type TradingUnknowns = Pick<
  Unknowns,
  'nettedReversal' | 'profitRate' | 'traderUpdates' | 'partialFill' | 'partialEnd' | 'amendableAfter'
>

/** The orders that are filled by decision only, each with what caused its execution. */
export interface HeldOrders {
  isOn: boolean
  readonly causes: Map<Order, Cause>
}

/** One account at the exchange: its book, and what it shares with the others. */
export interface ExchangeAccount extends TradingUnknowns {
  readonly market: Market
  readonly ids: Ids
  readonly tasks: Tasks
  readonly announce: Announce
  readonly fills: FillModel
  readonly book: Book
  readonly held: HeldOrders
}

/** Something will happen to an order at a time. */
export const addTask = (
  { tasks, book }: ExchangeAccount,
  { orderId }: Order,
  at: number,
  duty: Duty,
  clientMsgId?: string,
): void => {
  tasks.add({ ...duty, at, accountId: book.terms.accountId, orderId, clientMsgId })
}

/** The cause of an event: a request, by its `clientMsgId`, or the server itself. */
export interface Cause {
  readonly clientMsgId: string | undefined
  readonly server: boolean
}

/** The cause of what the market does to an order. */
export const serverCause: Cause = { clientMsgId: undefined, server: true }

export const getSymbol = ({ market }: ExchangeAccount, symbolId: number): ListedSymbol => {
  const symbol = market.symbol(symbolId)
  if (!symbol) throw new Error(`The market knows no symbol ${symbolId}`)
  return symbol
}

export const getPurse = ({ market, profitRate, book: { terms } }: ExchangeAccount): Purse => ({
  market,
  profitRate,
  depositAssetId: terms.depositAssetId,
  moneyDigits: terms.moneyDigits,
})

export const announceEvent = <T extends MessageType>(
  { announce, book }: ExchangeAccount,
  payloadType: T,
  payload: Payload<T>,
  clientMsgId?: string,
): void => {
  if (clientMsgId === undefined) announce(book.terms.accountId, payloadType, payload)
  else announce(book.terms.accountId, payloadType, payload, clientMsgId)
}

interface Subject {
  readonly order?: Order
  readonly position?: Position | undefined
  readonly deal?: ProtoOADeal | undefined
  readonly errorCode?: string | undefined
}

/** Reports a change of an order, with the current state of all that it concerns. */
export const reportChange = (
  account: ExchangeAccount,
  executionType: ProtoOAExecutionType,
  { order, position, deal, errorCode }: Subject,
  { clientMsgId, server }: Cause,
): void => {
  const { terms } = account.book
  announceEvent(
    account,
    PayloadType.PROTO_OA_EXECUTION_EVENT,
    {
      ctidTraderAccountId: terms.accountId,
      executionType,
      ...(position && { position: wirePosition(position, getSymbol(account, position.symbolId), terms) }),
      ...(order && { order: wireOrder(order, getSymbol(account, order.symbolId)) }),
      ...omitUndefined({ deal, errorCode }),
      isServerEvent: server,
    },
    clientMsgId,
  )
}
