import { PayloadType } from '../../protocol/payloadType'
import * as refusals from '../model/refusals'
import type { Refusal } from '../model/refusals'
import type { ExchangeAccount } from '../trading/state/exchangeAccount'
import { findDeals, findOffsets, findOrders } from '../trading/queries/history'
import type { Window } from '../trading/queries/history'
import { orderDetails } from '../trading/queries/queries'
import type { Handler, Handlers } from './handler'
import { listedOrders } from './listedOrders'
import { WEEK } from '../../time/constants'

const isBackwards = ({ fromTimestamp, toTimestamp }: Window): boolean =>
  fromTimestamp !== undefined && toTimestamp !== undefined && fromTimestamp > toTimestamp

const isLong = ({ fromTimestamp, toTimestamp }: Window): boolean =>
  fromTimestamp !== undefined && toTimestamp !== undefined && toTimestamp - fromTimestamp > WEEK

const boundaries = (window: Window): string =>
  isBackwards(window) ? 'fromTimestamp is after toTimestamp' : 'The range is longer than a week'

/** Why a request for the history of a position is refused. */
const objectionTo = (
  asked: Window & { readonly positionId: number },
  { book }: ExchangeAccount,
): Refusal | undefined =>
  isBackwards(asked) || isLong(asked)
    ? refusals.incorrectBoundaries(boundaries(asked))
    : book.positions.has(asked.positionId)
      ? undefined
      : refusals.notFound('POSITION_NOT_FOUND', `Position ${asked.positionId}`)

const listDeals: Handler<typeof PayloadType.PROTO_OA_DEAL_LIST_REQ> = ({
  payload,
  world: { unknowns },
  listed,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, maxRows } = payload
  if (isBackwards(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else if (maxRows !== undefined && maxRows < 1) refuse(refusals.invalidField('maxRows has to be above 0'))
  else {
    const { rows, hasMore } = findDeals(listed(ctidTraderAccountId), payload, unknowns)
    answer({ ctidTraderAccountId, deal: rows, hasMore })
  }
}

const listDealsOfPosition: Handler<typeof PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ> = ({
  payload,
  world: { unknowns },
  listed,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId } = payload
  const account = listed(ctidTraderAccountId)
  const objection = objectionTo(payload, account)
  if (objection) refuse(objection)
  else {
    const { rows, hasMore } = findDeals(account, payload, unknowns)
    answer({ ctidTraderAccountId, deal: rows, hasMore })
  }
}

const listOrders: Handler<typeof PayloadType.PROTO_OA_ORDER_LIST_REQ> = ({
  payload,
  world: { unknowns },
  listed,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, fromTimestamp, toTimestamp } = payload
  if (unknowns.orderListNeedsRange && (fromTimestamp === undefined || toTimestamp === undefined))
    refuse(refusals.invalidField('Fields fromTimestamp and toTimestamp are required'))
  else if (isBackwards(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else {
    const { rows, hasMore } = findOrders(
      listed(ctidTraderAccountId),
      { ...payload, onlyEnded: unknowns.orderList === 'ended' },
      unknowns,
    )
    answer({ ctidTraderAccountId, order: listedOrders(rows, unknowns), hasMore })
  }
}

const listOrdersOfPosition: Handler<typeof PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ> = ({
  payload,
  world: { unknowns },
  listed,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId } = payload
  const account = listed(ctidTraderAccountId)
  const objection = objectionTo(payload, account)
  if (objection) refuse(objection)
  else {
    const { rows, hasMore } = findOrders(account, payload, unknowns)
    answer({ ctidTraderAccountId, order: listedOrders(rows, unknowns), hasMore })
  }
}

const giveOrderDetails: Handler<typeof PayloadType.PROTO_OA_ORDER_DETAILS_REQ> = ({
  payload: { ctidTraderAccountId, orderId },
  world: { unknowns },
  listed,
  answer,
  refuse,
}) => {
  const details = orderDetails(listed(ctidTraderAccountId), orderId)
  if (details) {
    const [order = details.order] = listedOrders([details.order], unknowns)
    answer({ ctidTraderAccountId, order, deal: details.deal })
  } else refuse(refusals.notFound('ORDER_NOT_FOUND', `Order ${orderId}`))
}

const listOffsets: Handler<typeof PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ> = ({
  payload: { ctidTraderAccountId, dealId },
  listed,
  answer,
  refuse,
}) => {
  const account = listed(ctidTraderAccountId)
  if (account.book.deals.some(deal => deal.dealId === dealId))
    answer({ ctidTraderAccountId, ...findOffsets(account, dealId) })
  else refuse(refusals.notFound('ENTITY_NOT_FOUND', `Deal ${dealId}`))
}

const listCashFlow: Handler<typeof PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ> = ({
  payload,
  listed,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, fromTimestamp, toTimestamp } = payload
  if (isBackwards(payload) || isLong(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else
    answer({
      ctidTraderAccountId,
      depositWithdraw: listed(ctidTraderAccountId).book.cashFlow.filter(
        ({ changeBalanceTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp,
      ),
    })
}

/** The history of an account: deals, orders, cash. */
export const statementHandlers = {
  [PayloadType.PROTO_OA_DEAL_LIST_REQ]: listDeals,
  [PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ]: listDealsOfPosition,
  [PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ]: listOffsets,
  [PayloadType.PROTO_OA_ORDER_LIST_REQ]: listOrders,
  [PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ]: listOrdersOfPosition,
  [PayloadType.PROTO_OA_ORDER_DETAILS_REQ]: giveOrderDetails,
  [PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ]: listCashFlow,
} satisfies Handlers
