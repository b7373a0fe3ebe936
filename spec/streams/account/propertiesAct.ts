import { PayloadType } from 'rx-ctrader'
import type { ProtoOANewOrderReq } from 'rx-ctrader'
import { reconcile } from '../../../src/simulator/trading/queries/queries'
import { ACCOUNT } from '../../support/account'
import type { Scene } from '../../support/accountScene'
import { EVENTS } from './propertiesPlan'
import type { Symbols, Step } from './propertiesPlan'

/** Of the symbols that convert. */
export const HALF_A_SPREAD = 0.0005

const LOT: Record<Symbols, number> = { 1: 100_000, 4: 100_000, 8: 100_000, 9: 100_000, 41: 100 }

const POINT: Record<Symbols, number> = { 1: 10, 4: 1_000, 8: 10, 9: 10, 41: 10_000 }

/** Lets a step happen: by this client's requests, or past it. */
export const act = ({ broker, account, watch }: Scene, step: Step): void => {
  const { symbolId, side, far, pick } = step
  const at = broker.now()
  const { bid, ask } = broker.market.quoteAt(symbolId, at)
  const price = (sign: 1 | -1): number => ((side === 1 ? ask : bid) + sign * far * POINT[symbolId]) / 100_000
  const { position: open, order: working } = reconcile(broker.exchange.account(ACCOUNT), true)
  const position = open[pick % (open.length || 1)]
  const pending = working[pick % (working.length || 1)]
  const guard = step.guarded
    ? {
        relativeStopLoss: (20 + far) * POINT[symbolId],
        relativeTakeProfit: 30 * POINT[symbolId],
        trailingStopLoss: far > 30,
      }
    : {}
  const order = (
    asked: Omit<ProtoOANewOrderReq, 'ctidTraderAccountId' | 'symbolId' | 'tradeSide' | 'volume'>,
  ): void => {
    const full = { symbolId, tradeSide: side, volume: step.lots * LOT[symbolId], ...guard, ...asked }
    if (step.elsewhere)
      broker.trade((exchange, now) =>
        exchange.newOrder(
          ACCOUNT,
          { ctidTraderAccountId: ACCOUNT, ...full },
          { at: now, clientMsgId: 'elsewhere' },
        ),
      )
    else watch(account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, full), 20_000)
  }
  switch (step.kind) {
    case 'market':
      order({ orderType: 1, ...(step.passing && position && { positionId: position.positionId }) })
      break
    case 'limit':
      order({ orderType: 2, limitPrice: price(side === 1 ? -1 : 1) })
      break
    case 'stop':
      order({
        orderType: 3,
        stopPrice: price(side === 1 ? 1 : -1),
        ...(step.passing && { expirationTimestamp: at + 5_000 }),
      })
      break
    case 'cancel':
      if (pending)
        watch(account.request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: pending.orderId }), 20_000)
      break
    case 'amend':
      if (pending)
        watch(
          account.request(PayloadType.PROTO_OA_AMEND_ORDER_REQ, {
            orderId: pending.orderId,
            volume: step.lots * LOT[pending.tradeData.symbolId as Symbols],
          }),
          20_000,
        )
      break
    case 'protect':
      if (position) {
        const { tradeSide, symbolId: of } = position.tradeData
        const point = POINT[of as Symbols]
        const now = broker.market.quoteAt(of, at)
        const stop = tradeSide === 1 ? now.bid - far * point : now.ask + far * point
        watch(
          account.request(PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ, {
            positionId: position.positionId,
            ...(step.guarded && {
              stopLoss: (Math.round(stop / point) * point) / 100_000,
              trailingStopLoss: step.passing,
            }),
          }),
          20_000,
        )
      }
      break
    case 'close':
      if (position) {
        const { volume, symbolId: of } = position.tradeData
        const asked = {
          positionId: position.positionId,
          volume: step.passing ? volume : Math.min(volume, step.lots * LOT[of as Symbols]),
        }
        if (step.elsewhere)
          broker.trade((exchange, now) =>
            exchange.closePosition(
              ACCOUNT,
              { ctidTraderAccountId: ACCOUNT, ...asked },
              { at: now, clientMsgId: 'elsewhere' },
            ),
          )
        else watch(account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, asked), 20_000)
      }
      break
    case 'deposit':
      broker.trade((exchange, now) => exchange.deposit(ACCOUNT, far * (side === 1 ? 1_000 : -10), now))
      break
    case 'bonus':
      broker.trade((exchange, now) => {
        exchange.bonus(ACCOUNT, { [step.passing ? 'manager' : 'nonWithdrawable']: far * 1_000 - 20_000 }, now)
      })
      break
    case 'terms':
      broker.trade((exchange, now) => exchange.change(ACCOUNT, { leverage: step.passing ? 50 : 200 }, now))
      break
    case 'shift':
      broker.shift(symbolId, (side === 1 ? 1 : -1) * far * POINT[symbolId])
      break
    // With a new line, so that no stream has a price from before.
    case 'mute':
      broker.fault({ kind: 'mute', symbolId, ...(step.passing && { side: side === 1 ? 'bid' : 'ask' }) })
      broker.drop()
      break
    case 'unlist':
      broker.fault({ kind: 'unlist', symbolId })
      broker.drop()
      break
    case 'recover':
      broker.fault({ kind: 'recover' })
      broker.drop()
      break
    case 'drop':
      broker.drop()
      break
    case 'malform':
      broker.fault({ kind: 'malformed', payloadType: EVENTS[pick % EVENTS.length] ?? 0 })
      break
    case 'look':
      break
  }
}
