import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOADeal } from '../../protocol/messages/deals'
import type { ProtoOAOrder } from '../../protocol/messages/orders'
import { PayloadType } from '../../protocol/payloadType'
import { unreadableIn } from '../../protocol/codec/readable'
import type { PagedList, Window } from './pageBackwards'

/** How a list is requested. */
export interface ListOptions {
  /** Sends the request. Default: once. `ask => answerOn(link, ask)` retries. */
  readonly asking?: <T>(ask: () => Observable<T>) => Observable<T>
  /** Called for an answer with rows that could not be read. Those rows are missing from the list. */
  readonly onUnreadable?: () => void
}

const askOnce = <T>(ask: () => Observable<T>): Observable<T> => ask()

/** When an order last changed, or when it was placed if the server does not say. */
export const changedAt = ({
  utcLastUpdateTimestamp,
  tradeData: { openTimestamp = 0 },
}: ProtoOAOrder): number => utcLastUpdateTimestamp ?? openTimestamp

export const executedAt = ({ executionTimestamp }: ProtoOADeal): number => executionTimestamp

/** The orders of an account (2175), by the time of their last change, on one link. */
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
  /** The maximal number of rows. */
  readonly maxRows?: number
}

/** The deals of an account (2133), by the time of their execution, on one link. */
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
