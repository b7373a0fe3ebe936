import { toExecutionReport } from '../../../src/orders/tracking/executionReport'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import type { Tracker } from '../../../src/orders/tracking/tracker'
import type { OrderUpdate } from '../../../src/orders/model/orderUpdate'
import { PayloadType } from '../../../src/protocol/payloadType'
import type { ProtoOAExecutionEvent } from '../../../src/protocol/messages/orders'
import { ACCOUNT } from '../../support/account'
import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script } from '../../support/scriptedMarket'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { TradingAccount } from '../../../src/simulator/model/identity'
import type { Unknowns } from '../../../src/simulator/model/unknowns'

/**
 * EURUSD: the second after noon, and the bid from then on; the ask is 5 points above. The events of an order have all that
 * becomes of it: where they leave something out, the server is asked, which there is none of here.
 */
export const floorWith = (
  bids: readonly (readonly [second: number, bid: number])[] = [],
  script: Partial<Script> = {},
  account: Partial<TradingAccount> = { balance: 100_000_000 },
  unknowns: Partial<Pick<Unknowns, 'nettedReversal' | 'partialEnd'>> = {},
): Floor =>
  tradingFloor(
    scriptedMarket({
      quotes: {
        1: [
          [NOON - 1_000, 114_000, 114_005],
          ...bids.map(([second, bid]) => [NOON + second * 1_000, bid, bid + 5] as const),
        ],
      },
      ...script,
    }),
    account,
    { partialEnd: 'fillAndEnd', ...unknowns },
  )

/** What the sessions of the account heard of orders, in order. */
export const heardOn = ({ told }: Floor): ExecutionReport[] =>
  told.flatMap(({ payloadType, payload, clientMsgId }) =>
    payloadType === PayloadType.PROTO_OA_EXECUTION_EVENT
      ? [
          toExecutionReport({
            payloadType,
            ...(clientMsgId !== undefined && { clientMsgId }),
            payload: payload as unknown as ProtoOAExecutionEvent,
          }),
        ]
      : [],
  )

/** A command at a time, in ms after noon. */
export const commandAt = (floor: Floor, at: number, clientMsgId: string) => {
  floor.until(at)
  const command = { at: NOON + at, clientMsgId }
  const named = { ctidTraderAccountId: ACCOUNT }
  return {
    cancel: (orderId: number) => floor.exchange.cancelOrder(ACCOUNT, { ...named, orderId }, command),
    amend: (orderId: number, asked: object) =>
      floor.exchange.amendOrder(ACCOUNT, { ...named, orderId, ...asked }, command),
    close: (positionId: number, volume: number) =>
      floor.exchange.closePosition(ACCOUNT, { ...named, positionId, volume }, command),
    protect: (positionId: number, asked: object) =>
      floor.exchange.amendPosition(ACCOUNT, { ...named, positionId, ...asked }, command),
  }
}

/** All updates, and after which of what was heard it was over; -1 if never. */
export const followed = (
  follow: Tracker,
  heard: readonly ExecutionReport[],
): { readonly updates: OrderUpdate[]; readonly overAfter: number } => {
  const updates: OrderUpdate[] = []
  let overAfter = -1
  heard.forEach((one, index) => {
    const news = follow(one)
    updates.push(...news.updates)
    if (overAfter < 0 && news.isOver) overAfter = index
  })
  return { updates, overAfter }
}

/** As from a server that leaves some fields out. */
export const without = <T extends object>(value: T, ...fields: readonly (keyof T)[]): T =>
  Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field as keyof T))) as T

export const statusesOf = (updates: readonly OrderUpdate[]): string[] => updates.map(({ status }) => status)
