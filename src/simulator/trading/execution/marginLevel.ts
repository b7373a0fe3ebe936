import {
  ProtoOAExecutionType,
  ProtoOAOrderType,
  ProtoOAStopOutStrategy,
  ProtoOATimeInForce,
} from '../../../protocol/messages/enums'
import { PayloadType } from '../../../protocol/payloadType'
import { announceEvent, getPurse, getSymbol, reportChange, serverCause } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { accountEquity, exitPrice, unrealisedProfit } from '../accounting/equity'
import { execute } from './execute'
import { usedMargin } from '../accounting/margin'
import { quoteRate } from '../state/money'
import { createOrder } from './orders'
import { opposite } from './protect'
import type { MarginCall, Position } from '../state/records'
import { HORIZON } from '../state/watch'
import { wireMarginCall } from '../state/wire'

/** The minimum time between two reports of a margin call, in ms. */
const CALL_PAUSE = 600_000
/** The maximum move of a price, as a part of itself, before the level is checked again. */
const WIDEST = 0.05

/** Equity as a percentage of the used margin; `undefined` without positions. */
export const marginLevel = (account: ExchangeAccount, at: number): number | undefined => {
  const used = usedMargin(account.book)
  return used === 0 ? undefined : (accountEquity(account, at) / used) * 100
}

/** The money that the equity can lose before it falls to a level. */
const room = (account: ExchangeAccount, level: number, at: number): number =>
  accountEquity(account, at) - (level / 100) * usedMargin(account.book)

/**
 * How far all relevant prices may move, as a part of themselves, before the equity can have lost so much. It is a
 * bound, not an estimate: within it no tick has to be checked.
 */
const band = (account: ExchangeAccount, loss: number, at: number): number => {
  const purse = getPurse(account)
  const scale = 10 ** account.book.terms.moneyDigits / 10_000_000
  let exposure = 0
  for (const position of account.book.open) {
    const symbol = getSymbol(account, position.symbolId)
    const rate = quoteRate(purse, symbol, at)
    const price = exitPrice(position.tradeSide, account.market.quoteAt(position.symbolId, at))
    const links = chainOf(account, position.symbolId).length
    const value = price * position.volume * scale * rate
    const gain = Math.abs(price - position.entry) * position.volume * scale * rate
    exposure += 1.2 * (value + links * gain)
  }
  const { manager, ib, nonWithdrawable } = account.book.bonuses
  // Each position's profit is rounded to the last digit of money. A loss may cost the same amount of a bonus.
  const lost = manager + ib + nonWithdrawable > 0 ? loss / 2 : loss
  const sure = Math.max(0, lost - account.book.open.size)
  return exposure === 0 ? WIDEST : Math.min(WIDEST, sure / exposure)
}

const chainOf = (account: ExchangeAccount, symbolId: number) => {
  const { light } = getSymbol(account, symbolId)
  return light.quoteAssetId === account.book.terms.depositAssetId
    ? []
    : (account.market.conversionChain(light.quoteAssetId, account.book.terms.depositAssetId) ?? [])
}

/** When a relevant price first leaves its band. */
const leaves = (
  { market }: ExchangeAccount,
  symbolId: number,
  part: number,
  at: number,
  until: number,
): number => {
  const quote = market.quoteAt(symbolId, at)
  let first = until
  for (const side of ['bid', 'ask'] as const) {
    const price = quote[side]
    const low = Math.min(price - 1, Math.floor(price * (1 - part)))
    const high = Math.max(price + 1, Math.ceil(price * (1 + part)))
    first = market.firstReach(symbolId, side, 'atOrBelow', low, at, first) ?? first
    first = market.firstReach(symbolId, side, 'atOrAbove', high, at, first) ?? first
  }
  return first
}

const symbolsThatMatter = (account: ExchangeAccount): Set<number> => {
  const ids = new Set<number>()
  for (const { symbolId } of account.book.open) {
    ids.add(symbolId)
    for (const { light } of chainOf(account, symbolId)) ids.add(light.symbolId)
  }
  return ids
}

/**
 * The money that the equity can move before it passes a level. Levels matter in both directions: falling triggers a
 * call or closes positions, rising re-arms a call.
 */
const nearestRoom = (account: ExchangeAccount, at: number): number => {
  const { terms, marginCalls } = account.book
  const levels = [terms.stopOutLevel, ...marginCalls.map(call => call.marginLevelThreshold)]
  return Math.min(...levels.map(level => Math.abs(room(account, level, at))))
}

/** From when to try again what could not be closed, or not be reported during the pause of its call. */
const retries = (account: ExchangeAccount, at: number): readonly number[] => {
  const { terms, marginCalls } = account.book
  const stopOut = room(account, terms.stopOutLevel, at) < 0 ? [at] : []
  const calls = marginCalls
    .filter(({ armed, marginLevelThreshold }) => armed && room(account, marginLevelThreshold, at) <= 0)
    .map(({ firedAt = -Infinity }) => firedAt + CALL_PAUSE)
    .filter(end => end > at)
  return [...stopOut, ...calls.map(end => end - 1)]
}

/** When the margin level must be checked again: when a price leaves its band, or at the first tick of a retry. */
export const nextCheck = (account: ExchangeAccount, at: number): number | undefined => {
  if (usedMargin(account.book) === 0) return undefined
  const symbols = [...symbolsThatMatter(account)]
  const nextTick = (after: number): number =>
    Math.min(...symbols.map(symbolId => account.market.nextTick(symbolId, after).at))
  const part = band(account, nearestRoom(account, at), at)
  return Math.min(
    ...symbols.map(symbolId => leaves(account, symbolId, part, at, at + HORIZON)),
    ...retries(account, at).map(nextTick),
  )
}

const worst = (account: ExchangeAccount, at: number): Position | undefined => {
  const byMargin = account.book.terms.stopOutStrategy === ProtoOAStopOutStrategy.MOST_MARGIN_USED_FIRST
  const weight = (position: Position): number =>
    byMargin ? position.usedMargin : -unrealisedProfit(account, position, at).net
  return [...account.book.open]
    .filter(({ symbolId }) => account.market.isOpen(symbolId, at))
    .sort((a, b) => weight(b) - weight(a))[0]
}

/** Closes a position because of the stop-out level. */
const stopOut = (account: ExchangeAccount, position: Position, at: number): void => {
  const order = createOrder(
    account,
    {
      orderType: ProtoOAOrderType.MARKET,
      tradeSide: opposite(position.tradeSide),
      symbolId: position.symbolId,
      closing: true,
      joins: true,
      isStopOut: true,
      timeInForce: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
      label: position.label,
      comment: position.comment,
      clientOrderId: undefined,
      positionId: position.positionId,
      volume: position.volume,
    },
    at,
  )
  reportChange(account, ProtoOAExecutionType.ORDER_ACCEPTED, { order, position }, serverCause)
  execute(account, order, at, serverCause, { whole: true })
}

const fireCalls = (account: ExchangeAccount, level: number, at: number): void => {
  const { book } = account
  const due: MarginCall[] = []
  book.marginCalls = book.marginCalls.map(call => {
    const { marginLevelThreshold, firedAt = -Infinity, armed } = call
    if (level > marginLevelThreshold) return armed ? call : { ...call, armed: true }
    if (!armed || firedAt + CALL_PAUSE > at) return call
    due.push(call)
    return { ...call, armed: false, firedAt: at }
  })
  for (const call of due)
    announceEvent(account, PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT, {
      ctidTraderAccountId: book.terms.accountId,
      marginCall: wireMarginCall(call),
    })
}

/** Checks the margin level: reports margin calls, and closes positions while it is below the stop-out level. */
export const checkMargin = (account: ExchangeAccount, at: number): void => {
  const { book } = account
  let level = marginLevel(account, at)
  fireCalls(account, level ?? Infinity, at)
  while (level !== undefined && level < book.terms.stopOutLevel) {
    const position = worst(account, at)
    if (!position) break
    stopOut(account, position, at)
    level = marginLevel(account, at)
  }
  book.marginDirty = true
}
