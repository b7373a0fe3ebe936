import { PayloadType } from 'rx-ctrader'
import type { TradingAccount } from '../../src/simulator/model/identity'
import type { Market } from '../../src/simulator/market/model/market'
import { createExchange } from '../../src/simulator/trading/createExchange'
import type { Exchange, ExchangeOptions, Ledger } from '../../src/simulator/trading/exchange'
import type { OrderRefusal } from '../../src/simulator/model/refusals'
import { messageCodec, messageRow } from '../../src/protocol/table'
import type { MessageType } from '../../src/protocol/table'
import type { ProtoOAExecutionEvent, ProtoOANewOrderReq } from '../../src/protocol/messages/orders'
import { ACCOUNT } from './account'

const { PROTO_OA_EXECUTION_EVENT } = PayloadType

/** Wednesday, 7 January 2026, noon UTC. */
export const NOON = Date.UTC(2026, 0, 7, 12)
export const BUY = 1
export const SELL = 2

/** One thing the exchange told the sessions of an account. */
export interface Told {
  /** ms after noon. */
  readonly at: number
  readonly accountId: number
  readonly payloadType: MessageType
  readonly clientMsgId: string | undefined
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Floor {
  readonly exchange: Exchange
  readonly told: Told[]
  /** The execution events told so far. */
  readonly events: () => ProtoOAExecutionEvent[]
  /** Such as '2', '3', and with an s what is the server's own doing: '2s'. */
  readonly types: () => string[]
  /** Sends an order at a time, in ms after noon. */
  readonly order: (
    at: number,
    asked?: Partial<ProtoOANewOrderReq>,
    clientMsgId?: string,
  ) => OrderRefusal | undefined
  /** Lets happen what is due until a time, in ms after noon, each thing at its time. */
  readonly until: (ms: number) => void
  readonly ledger: () => Ledger
}

export const plainAccount: TradingAccount = {
  accountId: ACCOUNT,
  isLive: false,
  traderLogin: 3000001,
  brokerTitleShort: 'Simulator',
}

/** An exchange whose time a spec drives by hand; all it tells is checked against the protocol and noted. */
export const tradingFloor = (
  market: Market,
  account: Partial<TradingAccount> = {},
  { seed = 1, ...unknowns }: { readonly seed?: number } & ExchangeOptions['unknowns'] = {},
): Floor => {
  const told: Told[] = []
  let now = NOON
  const exchange = createExchange({
    market,
    accounts: [{ ...plainAccount, ...account }],
    seed,
    openedAt: NOON,
    unknowns,
    announce: (accountId, payloadType, payload, clientMsgId) => {
      const codec = messageCodec(payloadType)
      const strange: string[] = []
      if (
        codec.check(payload, (owner, field) => strange.push(`${owner}.${field}`)) === 0 ||
        strange.length > 0
      )
        throw new Error(
          `${messageRow(payloadType)?.codec.name}: ${JSON.stringify(payload)} ${strange.join(' ')}`,
        )
      const written = JSON.parse(JSON.stringify(codec.encode(payload))) as Told['payload']
      told.push({ at: now - NOON, accountId, payloadType, clientMsgId, payload: written })
    },
  })
  const events = (): ProtoOAExecutionEvent[] =>
    told.flatMap(({ payloadType, payload }) =>
      payloadType === PROTO_OA_EXECUTION_EVENT ? [payload as unknown as ProtoOAExecutionEvent] : [],
    )
  const until = (ms: number): void => {
    for (let due = exchange.nextAt(); due !== undefined && due <= NOON + ms; due = exchange.nextAt()) {
      if (due < now) throw new Error(`time went back by ${now - due} ms`)
      now = due
      exchange.advanceTo(due)
    }
    now = NOON + ms
    exchange.advanceTo(now)
  }
  return {
    exchange,
    told,
    events,
    types: () =>
      events().map(({ executionType, isServerEvent }) => `${executionType}${isServerEvent ? 's' : ''}`),
    order: (at, asked = {}, clientMsgId = 'order') => {
      until(at)
      return exchange.newOrder(
        ACCOUNT,
        {
          ctidTraderAccountId: ACCOUNT,
          symbolId: 1,
          orderType: 1,
          tradeSide: BUY,
          volume: 1_000_000,
          ...asked,
        },
        { at: NOON + at, clientMsgId },
      )
    },
    until,
    ledger: () => exchange.ledger(ACCOUNT),
  }
}
