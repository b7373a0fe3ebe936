import { PayloadType } from '../../protocol/payloadType'
import type { World } from '../world/world'
import type { FaultOf } from './fault'

/** The requests that read the state of an account, and so may read an old state. */
const reading: readonly number[] = [
  PayloadType.PROTO_OA_TRADER_REQ,
  PayloadType.PROTO_OA_RECONCILE_REQ,
  PayloadType.PROTO_OA_DEAL_LIST_REQ,
  PayloadType.PROTO_OA_DEAL_LIST_BY_POSITION_ID_REQ,
  PayloadType.PROTO_OA_DEAL_OFFSET_LIST_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ,
  PayloadType.PROTO_OA_ORDER_DETAILS_REQ,
  PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
  PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ,
]

/** Makes these requests read an old state. */
const lagBehind = ({ lags, exchange, clock }: World, payloadTypes: readonly number[], ms: number): void => {
  for (const payloadType of payloadTypes) lags.set(payloadType, ms)
  exchange.remember(Math.max(0, ...lags.values()), clock.now())
}

export const lag = (world: World, { payloadType, ms }: FaultOf<'lag'>): void => {
  lagBehind(world, payloadType === undefined ? reading : [payloadType], ms)
}

export const mute = ({ feed }: World, { symbolId, side }: FaultOf<'mute'>): void => {
  if (side !== 'ask') feed.mute(symbolId, 'bid')
  if (side !== 'bid') feed.mute(symbolId, 'ask')
}

/** Tells every session that these symbols have changed. */
const tellChanged = ({ sessions }: World, symbolId: readonly number[]): void => {
  for (const session of sessions)
    for (const ctidTraderAccountId of session.accounts.keys())
      session.push(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT, { ctidTraderAccountId, symbolId })
}

export const unlist = (world: World, { symbolId }: FaultOf<'unlist'>): void => {
  if (world.unlisted.has(symbolId)) return
  world.unlisted.add(symbolId)
  tellChanged(world, [symbolId])
}

/** Ends all lasting faults. */
export const recover = (world: World): void => {
  const relisted = [...world.unlisted]
  world.unlisted.clear()
  if (relisted.length > 0) tellChanged(world, relisted)
  world.feed.unmute()
  lagBehind(world, [...world.lags.keys()], 0)
}
