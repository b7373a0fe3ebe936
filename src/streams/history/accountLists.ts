import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import { unreadableIn } from '../../protocol/codec/readable'
import type { PagedList, Window } from './pageBackwards'

/** How a question is asked, and what is to be known of its answer. */
export interface ListOptions {
  /** Asks: once, unless it is said otherwise, as by `ask => answerOn(link, ask)`. */
  readonly asking?: <T>(ask: () => Observable<T>) => Observable<T>
  /** Told of an answer in which not every row could be read: what could not is not in the list. */
  readonly onUnreadable?: () => void
}

const askOnce = <T>(ask: () => Observable<T>): Observable<T> => ask()

/** When an order changed last, or was placed where that is not said. */
export const changedAt = ({
  utcLastUpdateTimestamp,
  tradeData: { openTimestamp = 0 },
}: ProtoOAOrder): number => utcLastUpdateTimestamp ?? openTimestamp

export const executedAt = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

/** The orders of an account (2175) by when they changed last, on a link. */
export const orderList = (
  link: Link,
  ctidTraderAccountId: number,
  { asking = askOnce, onUnreadable = () => undefined }: ListOptions = {},
): PagedList<ProtoOAOrder> => ({
  payloadType: PayloadType.PROTO_OA_ORDER_LIST_REQ,
  timeOf: changedAt,
  idOf: ({ orderId }) => orderId,
  ask: window =>
    asking(() => link.request(PayloadType.PROTO_OA_ORDER_LIST_REQ, { ctidTraderAccountId, ...window })).pipe(
      map(answer => {
        if (unreadableIn(answer).length > 0) onUnreadable()
        return { rows: answer.order ?? [], hasMore: answer.hasMore }
      }),
    ),
})

interface DealWindow extends Window {
  /** How many are wanted at most. */
  readonly maxRows?: number
}

/** The deals of an account (2133) by when they were executed, on a link. */
export const dealList = (
  link: Link,
  ctidTraderAccountId: number,
  { asking = askOnce, onUnreadable = () => undefined }: ListOptions = {},
): PagedList<ProtoOADeal, DealWindow> => ({
  payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
  timeOf: executedAt,
  idOf: ({ dealId }) => dealId,
  ask: window =>
    asking(() => link.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { ctidTraderAccountId, ...window })).pipe(
      map(answer => {
        if (unreadableIn(answer).length > 0) onUnreadable()
        return { rows: answer.deal ?? [], hasMore: answer.hasMore }
      }),
    ),
})
