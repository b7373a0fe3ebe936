import { map, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import { unreadableEntries } from '../../protocol/codec/readable'
import { WEEK } from '../../time/constants'
import type { PagedList, Rows, Window } from './pageBackwards'
import type { HistoryList } from './pages'

/** Rows of an answer, and whether all of its rows could be read. */
interface ReadRows<T> extends Rows<T> {
  readonly isWhole: boolean
}

/** A list that the server also gives without a range. */
interface AccountList<T> extends HistoryList<T> {
  readonly idOf: (row: T) => number
  readonly ask: (link: Link, window: Window) => Observable<ReadRows<T>>
}

/** When an order last changed, or when it was placed if the server does not say. */
export const changeTime = ({
  utcLastUpdateTimestamp,
  tradeData: { openTimestamp = 0 },
}: ProtoOAOrder): number => utcLastUpdateTimestamp ?? openTimestamp

export const executionTime = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

const rowsIn = <T>(answer: { readonly hasMore: boolean }, rows: readonly T[] = []): ReadRows<T> => ({
  rows,
  hasMore: answer.hasMore,
  isWhole: unreadableEntries(answer).length === 0,
})

/** The orders of an account (2175), by the time of their last change. */
export const orderHistoryList = (ctidTraderAccountId: number): AccountList<ProtoOAOrder> => ({
  payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
  longest: WEEK,
  timeOf: changeTime,
  idOf: ({ orderId }) => orderId,
  moves: true,
  ask: (link, window) =>
    link
      .request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...window })
      .pipe(map(answer => rowsIn(answer, answer.order))),
})

/** The deals of an account (2133), by the time of their execution. */
export const dealHistoryList = (ctidTraderAccountId: number): AccountList<ProtoOADeal> => ({
  payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
  longest: WEEK,
  timeOf: executionTime,
  idOf: ({ dealId }) => dealId,
  ask: (link, window) =>
    link
      .request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, ...window })
      .pipe(map(answer => rowsIn(answer, answer.deal))),
})

/** How a list is requested. */
export interface ListOptions {
  /** Sends the request. Default: once. `ask => answerOn(link, ask)` retries. */
  readonly asking?: <T>(ask: () => Observable<T>) => Observable<T>
  /** Called for an answer with rows that could not be read. Those rows are missing from the list. */
  readonly onUnreadable?: () => void
}

/** The list on one link. */
const listOn =
  <T>(listOf: (accountId: number) => AccountList<T>) =>
  (
    link: Link,
    accountId: number,
    { asking = ask => ask(), onUnreadable }: ListOptions = {},
  ): PagedList<T> => {
    const list = listOf(accountId)
    return {
      ...list,
      ask: window =>
        asking(() => list.ask(link, window)).pipe(
          tap(rows => {
            if (!rows.isWhole) onUnreadable?.()
          }),
        ),
    }
  }

export const orderList = listOn(orderHistoryList)
export const dealList = listOn(dealHistoryList)
