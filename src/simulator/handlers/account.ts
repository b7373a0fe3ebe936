import { PayloadType } from '../../protocol/payloadType'
import * as refusals from '../model/refusals'
import { toTrader } from '../trading/accounting/cash'
import { expectedMargins, reconcile, unrealisedProfits } from '../trading/queries/queries'
import { wireMarginCall } from '../trading/state/wire'
import type { Handler, Handlers } from './handler'
import { listedOrders } from './listedOrders'

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
    const account = exchange.account(ctidTraderAccountId)
    answer({
      ctidTraderAccountId,
      margin: expectedMargins(account, symbolId, volume, at),
      moneyDigits: account.book.terms.moneyDigits,
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
    .account(ctidTraderAccountId)
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
  else refuse(refusals.notFound('ENTITY_NOT_FOUND', `Leverage ${leverageId}`))
}

export const accountHandlers = {
  [PayloadType.PROTO_OA_TRADER_REQ]: ({ payload: { ctidTraderAccountId }, listed, answer }) => {
    answer({ ctidTraderAccountId, trader: toTrader(listed(ctidTraderAccountId).book) })
  },
  [PayloadType.PROTO_OA_RECONCILE_REQ]: ({ payload, world: { unknowns }, listed, answer }) => {
    const { ctidTraderAccountId, returnProtectionOrders = false } = payload
    const { position, order } = reconcile(listed(ctidTraderAccountId), returnProtectionOrders)
    answer({ ctidTraderAccountId, position, order: listedOrders(order, unknowns) })
  },
  [PayloadType.PROTO_OA_EXPECTED_MARGIN_REQ]: giveExpectedMargins,
  [PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ]: ({ payload: { ctidTraderAccountId }, world, answer }) => {
    const { marginCalls } = world.exchange.account(ctidTraderAccountId).book
    answer({ marginCall: marginCalls.map(wireMarginCall) })
  },
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_REQ]: moveMarginCall,
  [PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ]: giveLeverage,
  [PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ]: ({
    payload: { ctidTraderAccountId },
    listed,
    at,
    answer,
  }) => {
    const account = listed(ctidTraderAccountId)
    answer({
      ctidTraderAccountId,
      positionUnrealizedPnL: unrealisedProfits(account, at),
      moneyDigits: account.book.terms.moneyDigits,
    })
  },
} satisfies Handlers
