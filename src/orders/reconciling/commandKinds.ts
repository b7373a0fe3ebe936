import { catchError, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOANewOrderReq } from '../../protocol/messages/orders'
import { toSide } from '../../protocol/side'
import { PayloadType } from '../../protocol/payloadType'
import type { CommandType } from '../../protocol/table'
import type { OrderIntent } from '../model/journal'
import { isBare, isBehind } from '../tracking/protectionMatch'
import { trackAmend, trackCancel } from '../tracking/trackChange'
import { trackClose, trackNewOrder } from '../tracking/trackNewOrder'
import type { Tracker } from '../tracking/tracker'
import { trackProtection } from '../tracking/trackProtection'
import {
  incompleteAnswer,
  absentAnswer,
  openPosition,
  findOrder,
  orderOfPosition,
  orderShown,
} from './orderQueries'
import type { Shown } from './orderQueries'
import type { OutcomeQuery, QueriedState } from './outcomeQuery'

/** One kind of command: which reports belong to it, and how to query its outcome. */
export interface CommandKind<T extends CommandType = CommandType> {
  readonly track: (intent: OrderIntent<T>) => Tracker
  readonly query: (question: OutcomeQuery<T>) => Observable<QueriedState>
}

const {
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_AMEND_POSITION_SLTP_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_NEW_ORDER_REQ,
} = PayloadType

const nameOf = (id: string, { clientOrderId = id }: ProtoOANewOrderReq): string => clientOrderId

/** The position shows which protections the order got. It is asked for last, when it exists or is closed already. */
const withPosition = (
  question: OutcomeQuery<typeof PROTO_OA_NEW_ORDER_REQ>,
  shown: Shown,
): Observable<QueriedState> => {
  const { account, link, intent } = question
  const { executedVolume = 0, positionId } = shown.order
  const found = incompleteAnswer(question, shown)
  return found.state === 'underway' ||
    executedVolume === 0 ||
    positionId === undefined ||
    isBare(intent.payload)
    ? of(found)
    : openPosition(link, account.accountId, positionId).pipe(
        map(position =>
          position ? { ...found, reports: (found.reports ?? []).map(one => ({ ...one, position })) } : found,
        ),
        // The order's outcome is known all the same.
        catchError(() => of<QueriedState>({ ...found, state: 'unanswered' })),
      )
}

/** What a change was about: the order as it is now. Only a report of it can tell that it was changed. */
const changedOrder = (
  { account, link }: OutcomeQuery,
  orderId: number,
  unchanged: string,
): Observable<QueriedState> =>
  orderShown(link, account.accountId, orderId).pipe(
    map(shown => ({
      state: 'absent',
      reports: shown ? [shown] : [],
      detail: `order ${orderId} ${shown ? unchanged : 'is not there'} (2181)`,
    })),
  )

/** If the position is closed, the order behind its protections shows which ones it had last. */
const lastProtections = ({
  account,
  link,
  intent: { payload },
}: OutcomeQuery<typeof PROTO_OA_AMEND_POSITION_SLTP_REQ>): Observable<QueriedState> => {
  const { positionId } = payload
  return orderOfPosition(link, account.accountId, positionId, order => isBehind(payload, order)).pipe(
    map(order =>
      order
        ? {
            state: 'over',
            update: {
              status: 'replaced',
              positionId,
              orderId: order.orderId,
              side: toSide(order.tradeData.tradeSide),
              order,
            },
          }
        : {
            state: 'absent',
            detail: `position ${positionId} is not open (2124), and none of its orders has these protections (2183)`,
          },
    ),
  )
}

/** The order commands by payload type. */
export const commandKinds: { readonly [T in CommandType]: CommandKind<T> } = {
  [PROTO_OA_NEW_ORDER_REQ]: {
    track: ({ id, payload }) =>
      trackNewOrder({ clientMsgId: id, clientOrderId: nameOf(id, payload), asked: payload }),
    query: question =>
      findOrder(question, nameOf(question.intent.id, question.intent.payload)).pipe(
        switchMap(shown => (shown ? withPosition(question, shown) : of(absentAnswer(question)))),
      ),
  },

  [PROTO_OA_CLOSE_POSITION_REQ]: {
    track: ({ id }) => trackClose({ clientMsgId: id }),
    // The closing order has the id of the request as its name.
    query: question =>
      findOrder(question, question.intent.id).pipe(
        map(shown => (shown ? incompleteAnswer(question, shown) : absentAnswer(question))),
      ),
  },

  [PROTO_OA_CANCEL_ORDER_REQ]: {
    track: ({ id, payload: { orderId } }) => trackCancel({ orderId, clientMsgId: id }),
    query: question => changedOrder(question, question.intent.payload.orderId, 'is still pending'),
  },

  [PROTO_OA_AMEND_ORDER_REQ]: {
    track: ({ id, payload }) => trackAmend({ orderId: payload.orderId, clientMsgId: id, asked: payload }),
    query: question => changedOrder(question, question.intent.payload.orderId, 'has other terms'),
  },

  [PROTO_OA_AMEND_POSITION_SLTP_REQ]: {
    track: ({ id, payload }) =>
      trackProtection({ positionId: payload.positionId, clientMsgId: id, asked: payload }),
    query: question => {
      const { account, link, intent } = question
      const { positionId } = intent.payload
      return openPosition(link, account.accountId, positionId).pipe(
        switchMap(position =>
          position
            ? of<QueriedState>({
                state: 'absent',
                reports: [{ position }],
                detail: `position ${positionId} has other protections (2124)`,
              })
            : lastProtections(question),
        ),
      )
    },
  },
}

/** The kind of an intent. */
export const commandKind = ({ payloadType }: OrderIntent): CommandKind =>
  commandKinds[payloadType] as CommandKind
