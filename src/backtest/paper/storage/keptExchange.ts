import * as t from 'io-ts'
import { ProtoOADepositWithdraw } from '../../../protocol/messages/account'
import { ProtoOADeal } from '../../../protocol/messages/deals'

/** Numbers that files and the exchange can hold. */
const number = new t.Type<number>(
  'number',
  (u): u is number => Number.isFinite(u),
  (u, context) => (Number.isFinite(u) ? t.success(u as number) : t.failure(u, context)),
  t.identity,
)

const protections = t.intersection([
  t.type({ guaranteed: t.boolean, trailing: t.boolean }),
  t.partial({
    stopLoss: number,
    takeProfit: number,
    relativeStopLoss: number,
    relativeTakeProfit: number,
    triggerMethod: number,
  }),
])

const order = t.intersection([
  t.type({
    orderId: number,
    orderType: number,
    tradeSide: number,
    symbolId: number,
    closing: t.boolean,
    joins: t.boolean,
    isStopOut: t.boolean,
    openedAt: number,
    timeInForce: number,
    positionId: number,
    volume: number,
    executedVolume: number,
    executedValue: number,
    status: number,
    protections,
    updatedAt: number,
    triggered: t.boolean,
    waits: t.boolean,
  }),
  t.partial({
    label: t.string,
    comment: t.string,
    clientOrderId: t.string,
    baseSlippagePrice: number,
    limitPrice: number,
    stopPrice: number,
    slippageInPoints: number,
    expiresAt: number,
    closedAt: number,
  }),
])

const position = t.intersection([
  t.type({
    positionId: number,
    symbolId: number,
    tradeSide: number,
    state: t.keyof({ created: true, open: true, closed: true }),
    volume: number,
    entry: number,
    updatedAt: number,
    swap: number,
    commission: number,
    marginRate: number,
    usdRate: number,
    usedMargin: number,
    guaranteed: t.boolean,
    trailing: t.boolean,
    swapPeriods: number,
    trailFrom: number,
    lots: t.array(t.type({ dealId: number, left: number })),
  }),
  t.partial({
    label: t.string,
    comment: t.string,
    openedAt: number,
    closedAt: number,
    stopLoss: number,
    takeProfit: number,
    trail: number,
    triggerMethod: number,
    protectionOrderId: number,
    nextSwapAt: number,
  }),
])

const marginCall = t.intersection([
  t.type({
    marginCallType: number,
    marginLevelThreshold: number,
    utcLastUpdateTimestamp: number,
    armed: t.boolean,
  }),
  t.partial({ firedAt: number }),
])

const book = t.type({
  accountId: number,
  balance: number,
  balanceVersion: number,
  bonuses: t.type({ manager: number, ib: number, nonWithdrawable: number }),
  orders: t.array(order),
  positions: t.array(position),
  working: t.array(number),
  open: t.array(number),
  deals: t.array(ProtoOADeal),
  offsets: t.array(t.type({ opening: number, closing: number, volume: number })),
  cashFlow: t.array(ProtoOADepositWithdraw),
  marginCalls: t.array(marginCall),
  unclearExits: number,
})

const task = t.intersection([
  t.type({ at: number, accountId: number, orderId: number }),
  t.partial({ clientMsgId: t.string }),
  t.union([
    t.type({ kind: t.literal('execute') }),
    t.type({ kind: t.literal('trigger'), placed: number }),
    t.type({ kind: t.literal('expire') }),
    t.type({ kind: t.literal('protect'), positionId: number, price: number }),
  ]),
])

/** What an exchange keeps, as it may come from a file. */
export const keptExchange = t.type({
  at: number,
  ids: t.type({ order: number, position: number, deal: number, cashFlow: number }),
  tasks: t.array(task),
  books: t.array(book),
})
