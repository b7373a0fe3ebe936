import { PayloadType } from '../../protocol/payloadType'
import * as refusals from '../refusals'
import type { Refusal } from '../refusals'
import { traderOf } from '../trading/cash'
import { dealsOf, offsetsOf, ordersOf } from '../trading/history'
import type { Window } from '../trading/history'
import { expectedMargins, orderDetails, reconcile, unrealisedOf } from '../trading/queries'
import { wireMarginCall } from '../trading/wire'
import type { Handler, Handlers } from './handler'

const WEEK = 604_800_000

const isBackwards = ({ fromTimestamp, toTimestamp }: Window): boolean =>
  fromTimestamp !== undefined && toTimestamp !== undefined && fromTimestamp > toTimestamp

const isLong = ({ fromTimestamp, toTimestamp }: Window): boolean =>
  fromTimestamp !== undefined && toTimestamp !== undefined && toTimestamp - fromTimestamp > WEEK

const boundaries = (window: Window): string =>
  isBackwards(window) ? 'fromTimestamp is after toTimestamp' : 'The range is longer than a week'

const notFound = (errorCode: string, what: string): Refusal => ({
  errorCode,
  description: `${what} is not found`,
})

const alreadyListening: Refusal = {
  errorCode: 'ALREADY_SUBSCRIBED',
  description: 'Already subscribed to the PnL of the account',
}
const notListening: Refusal = {
  errorCode: 'NOT_SUBSCRIBED_TO_PNL',
  description: 'Not subscribed to the PnL of the account',
}

const listDeals: Handler<typeof PayloadType.PROTO_OA_DEAL_LIST_REQ> = ({
  payload,
  world,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, maxRows } = payload
  if (isBackwards(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else if (maxRows !== undefined && maxRows < 1) refuse(refusals.invalidField('maxRows has to be above 0'))
  else {
    const { rows, hasMore } = dealsOf(world.exchange.desk(ctidTraderAccountId), payload)
    answer({ ctidTraderAccountId, deal: rows, hasMore })
  }
}

const listDealsOfPosition: Handler<typeof PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ> = ({
  payload,
  world,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, positionId } = payload
  const desk = world.exchange.desk(ctidTraderAccountId)
  if (isBackwards(payload) || isLong(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else if (!desk.book.positions.has(positionId))
    refuse(notFound('POSITION_NOT_FOUND', `Position ${positionId}`))
  else {
    const { rows, hasMore } = dealsOf(desk, payload)
    answer({ ctidTraderAccountId, deal: rows, hasMore })
  }
}

const listOrders: Handler<typeof PayloadType.PROTO_OA_ORDER_LIST_REQ> = ({
  payload,
  world,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId } = payload
  if (isBackwards(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else {
    const { rows, hasMore } = ordersOf(world.exchange.desk(ctidTraderAccountId), payload)
    answer({ ctidTraderAccountId, order: rows, hasMore })
  }
}

const listOrdersOfPosition: Handler<typeof PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ> = ({
  payload,
  world,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, positionId } = payload
  const desk = world.exchange.desk(ctidTraderAccountId)
  if (isBackwards(payload) || isLong(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else if (!desk.book.positions.has(positionId))
    refuse(notFound('POSITION_NOT_FOUND', `Position ${positionId}`))
  else {
    const { rows, hasMore } = ordersOf(desk, payload)
    answer({ ctidTraderAccountId, order: rows, hasMore })
  }
}

const giveOrderDetails: Handler<typeof PayloadType.PROTO_OA_ORDER_DETAILS_REQ> = ({
  payload: { ctidTraderAccountId, orderId },
  world,
  answer,
  refuse,
}) => {
  const details = orderDetails(world.exchange.desk(ctidTraderAccountId), orderId)
  if (details) answer({ ctidTraderAccountId, ...details })
  else refuse(notFound('ORDER_NOT_FOUND', `Order ${orderId}`))
}

const listOffsets: Handler<typeof PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ> = ({
  payload: { ctidTraderAccountId, dealId },
  world,
  answer,
  refuse,
}) => {
  const desk = world.exchange.desk(ctidTraderAccountId)
  if (desk.book.deals.some(deal => deal.dealId === dealId))
    answer({ ctidTraderAccountId, ...offsetsOf(desk, dealId) })
  else refuse(notFound('ENTITY_NOT_FOUND', `Deal ${dealId}`))
}

const listCashFlow: Handler<typeof PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ> = ({
  payload,
  world,
  answer,
  refuse,
}) => {
  const { ctidTraderAccountId, fromTimestamp, toTimestamp } = payload
  if (isBackwards(payload) || isLong(payload)) refuse(refusals.incorrectBoundaries(boundaries(payload)))
  else
    answer({
      ctidTraderAccountId,
      depositWithdraw: world.exchange
        .desk(ctidTraderAccountId)
        .book.cashFlow.filter(({ changeBalanceTimestamp: at }) => at >= fromTimestamp && at <= toTimestamp),
    })
}

const giveExpectedMargins: Handler<typeof PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ> = ({
  payload: { ctidTraderAccountId, symbolId, volume = [] },
  world: { market, exchange },
  at,
  answer,
  refuse,
}) => {
  if (!market.symbol(symbolId)) refuse(refusals.symbolNotFound(symbolId))
  else if (volume.some(one => one <= 0)) refuse(refusals.invalidField('volume has to be above 0'))
  else {
    const desk = exchange.desk(ctidTraderAccountId)
    answer({
      ctidTraderAccountId,
      margin: expectedMargins(desk, symbolId, volume, at),
      moneyDigits: desk.book.terms.moneyDigits,
    })
  }
}

const moveMarginCall: Handler<typeof PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ> = ({
  payload: { ctidTraderAccountId, marginCall },
  clientMsgId,
  world,
  at,
  answer,
  refuse,
}) => {
  if (marginCall.marginLevelThreshold <= 0) {
    refuse(refusals.invalidField('marginLevelThreshold has to be above 0'))
    return
  }
  const moved = world.exchange.moveMarginCall(ctidTraderAccountId, marginCall, at)
  if (!moved) {
    refuse(refusals.invalidField(`There is no margin call of type ${marginCall.marginCallType}`))
    return
  }
  answer({})
  world.exchange
    .desk(ctidTraderAccountId)
    .announce(
      ctidTraderAccountId,
      PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
      { ctidTraderAccountId, marginCall: wireMarginCall(moved) },
      clientMsgId,
    )
}

const giveLeverage: Handler<typeof PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ> = ({
  payload: { ctidTraderAccountId, leverageId },
  world: { market },
  answer,
  refuse,
}) => {
  const leverage = market.catalogue.leverages.find(one => one.leverageId === leverageId)
  if (leverage) answer({ ctidTraderAccountId, leverage })
  else refuse(notFound('ENTITY_NOT_FOUND', `Leverage ${leverageId}`))
}

const subscribePnl: Handler<typeof PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  world: { sessions, exchange, unknowns },
  at,
  answer,
  refuse,
}) => {
  const listener = {
    accountId: ctidTraderAccountId,
    key: session,
    isThere: () => sessions.has(session) && session.accounts.has(ctidTraderAccountId),
    push: session.push,
  }
  if (!unknowns.pnlSubscriptions)
    refuse(refusals.unsupportedMessage(PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ))
  else if (exchange.pnl.isListening(session, ctidTraderAccountId)) refuse(alreadyListening)
  else {
    answer({ ctidTraderAccountId })
    exchange.pnl.subscribe(listener, at)
  }
}

const unsubscribePnl: Handler<typeof PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  world: { exchange, unknowns },
  answer,
  refuse,
}) => {
  if (!unknowns.pnlSubscriptions)
    refuse(refusals.unsupportedMessage(PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ))
  else if (exchange.pnl.unsubscribe(session, ctidTraderAccountId)) answer({ ctidTraderAccountId })
  else refuse(notListening)
}

export const accountHandlers = {
  [PayloadType.PROTO_OA_TRADER_REQ]: ({ payload: { ctidTraderAccountId }, world, answer }) => {
    answer({ ctidTraderAccountId, trader: traderOf(world.exchange.desk(ctidTraderAccountId).book) })
  },
  [PayloadType.PROTO_OA_RECONCILE_REQ]: ({ payload, world, answer }) => {
    const { ctidTraderAccountId, returnProtectionOrders = false } = payload
    const desk = world.exchange.desk(ctidTraderAccountId)
    answer({ ctidTraderAccountId, ...reconcile(desk, returnProtectionOrders) })
  },
  [PayloadType.PROTO_OA_DEAL_LIST_REQ]: listDeals,
  [PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ]: listDealsOfPosition,
  [PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ]: listOffsets,
  [PayloadType.PROTO_OA_ORDER_LIST_REQ]: listOrders,
  [PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ]: listOrdersOfPosition,
  [PayloadType.PROTO_OA_ORDER_DETAILS_REQ]: giveOrderDetails,
  [PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ]: listCashFlow,
  [PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ]: giveExpectedMargins,
  [PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ]: ({ payload: { ctidTraderAccountId }, world, answer }) => {
    const { marginCalls } = world.exchange.desk(ctidTraderAccountId).book
    answer({ marginCall: marginCalls.map(wireMarginCall) })
  },
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ]: moveMarginCall,
  [PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ]: giveLeverage,
  [PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ]: ({
    payload: { ctidTraderAccountId },
    world,
    at,
    answer,
  }) => {
    const desk = world.exchange.desk(ctidTraderAccountId)
    answer({
      ctidTraderAccountId,
      positionUnrealizedPnL: unrealisedOf(desk, at),
      moneyDigits: desk.book.terms.moneyDigits,
    })
  },
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ]: subscribePnl,
  [PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ]: unsubscribePnl,
} satisfies Handlers
