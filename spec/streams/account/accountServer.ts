import { createClient, PayloadType } from 'rx-ctrader'
import type { Account, Changes, ProtoOAOrder, ProtoOAPosition, ProtoOATrader } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import type { ScriptedLine } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'
import type { Seen, VirtualTime } from '../../support/virtualTime'

const {
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_MARGIN_CHANGED_EVENT,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_UPDATE_EVENT,
  PROTO_OA_TRAILING_SL_CHANGED_EVENT,
} = PayloadType

/** An open position of the server's, last updated at a time. */
export const position = (
  positionId: number,
  at: number,
  more: Partial<ProtoOAPosition> = {},
): ProtoOAPosition => ({
  positionId,
  tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
  positionStatus: 1,
  swap: 0,
  price: 1.1,
  utcLastUpdateTimestamp: at,
  usedMargin: 100,
  moneyDigits: 2,
  ...more,
})

/** A pending order of the server's. */
export const order = (orderId: number, at: number, more: Partial<ProtoOAOrder> = {}): ProtoOAOrder => ({
  orderId,
  tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
  orderType: 2,
  orderStatus: 1,
  limitPrice: 1.05,
  utcLastUpdateTimestamp: at,
  ...more,
})

export const traderWith = (balance: number, balanceVersion?: number): ProtoOATrader => ({
  ctidTraderAccountId: ACCOUNT,
  balance,
  ...(balanceVersion !== undefined && { balanceVersion }),
  depositAssetId: 1,
  moneyDigits: 2,
})

export interface AccountServer extends VirtualTime {
  readonly account: Account
  /** Sends a message on the current line, with the account filled in. */
  readonly say: (payloadType: number, payload: object) => void
  /** Answers the last request of a payload type. */
  readonly answer: (requestType: number, payload: object) => void
  /** Refuses the last request of a payload type. */
  readonly refuse: (requestType: number, errorCode: string) => void
  /** How often something was asked for, on all lines. */
  readonly asked: (requestType: number) => number
  readonly line: () => ScriptedLine
}

export const RECONCILE = PROTO_OA_RECONCILE_REQ
export const TRADER = PROTO_OA_TRADER_REQ
export const EXECUTION = PROTO_OA_EXECUTION_EVENT
export const TRAILED = PROTO_OA_TRAILING_SL_CHANGED_EVENT
export const MARGIN = PROTO_OA_MARGIN_CHANGED_EVENT
export const UPDATED = PROTO_OA_TRADER_UPDATE_EVENT

/** An account whose server says nothing of it by itself: each answer and each event is the spec's. */
export const accountServer = (play: (server: AccountServer) => void): void => {
  inVirtualTime(time => {
    const server = scriptedServer(obliging)
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      linger: 0,
      connect: server.connect,
    })
    const line = (): ScriptedLine => {
      const last = server.lines.at(-1)
      if (!last) throw new Error('there is no line')
      return last
    }
    play({
      ...time,
      // Before the client has anything to say about the silence of such a server.
      watch: (source$, until = 5_000) => time.watch(source$, until),
      account: client.account({ accountId: ACCOUNT, accessToken: 'demo' }),
      line,
      say: (payloadType, payload) => {
        line().say({ payloadType, payload: { ctidTraderAccountId: ACCOUNT, ...payload } })
      },
      answer: (requestType, payload) => {
        const request = line()
          .heard.filter(({ payloadType }) => payloadType === requestType)
          .at(-1)
        line().say({
          payloadType: requestType + 1,
          clientMsgId: request?.clientMsgId,
          payload: { ctidTraderAccountId: ACCOUNT, ...payload },
        })
      },
      refuse: (requestType, errorCode) => {
        const request = line()
          .heard.filter(({ payloadType }) => payloadType === requestType)
          .at(-1)
        line().say({
          payloadType: PROTO_OA_ERROR_RES,
          clientMsgId: request?.clientMsgId,
          payload: { errorCode },
        })
      },
      asked: requestType =>
        server.lines.flatMap(({ heard }) => heard).filter(({ payloadType }) => payloadType === requestType)
          .length,
    })
  })
}

/** Both answers that make the state known. */
export const known = (
  { answer }: AccountServer,
  reconciled: { readonly position?: readonly ProtoOAPosition[]; readonly order?: readonly ProtoOAOrder[] },
  trader = traderWith(1_000_000, 1),
): void => {
  answer(TRADER, { trader })
  answer(RECONCILE, reconciled)
}

/** What a consumer knew last. */
export const positionsIn = (seen: Seen<Changes<ProtoOAPosition>>): readonly ProtoOAPosition[] | undefined =>
  seen.values.at(-1)?.all
export const ordersIn = (seen: Seen<Changes<ProtoOAOrder>>): readonly ProtoOAOrder[] | undefined =>
  seen.values.at(-1)?.all
