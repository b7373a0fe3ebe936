import type { ProtoOATrader } from '../../protocol/messages/account'
import { ProtoOAAccessRights, ProtoOAAccountType, ProtoOATradingMode } from '../../protocol/messages/enums'
import type { SymbolDetails } from '../../streams/symbols/symbols'
import { newOrderFrame } from './newOrderRequest'
import type { NewOrderFrame } from './newOrderRequest'
import type { NewOrder } from '../model/newOrder'
import { checkExpires } from './rules/expires'
import { invalidOrder } from '../model/invalidOrder'
import { isSurelyClosed, nextOpening } from './marketHours'

/** What an order is checked against. */
export interface Circumstances {
  readonly terms: SymbolDetails
  /** The account, as far as it is known. */
  readonly trader?: ProtoOATrader | undefined
  /**
   * By our clock, in ms since the epoch. Absent if the clock cannot be right: then rules about time are not
   * checked.
   */
  readonly now?: number | undefined
}

const wordOf = (words: Readonly<Record<string, number>>, number: number): string =>
  Object.keys(words).find(word => words[word] === number) ?? String(number)

/**
 * Whether an order may do something else than open or enlarge a position. An account that is not known to be hedged
 * may be netted.
 */
const mayClose = ({ positionId }: NewOrder, trader: ProtoOATrader | undefined): boolean =>
  positionId !== undefined ||
  trader === undefined ||
  (trader.accountType ?? ProtoOAAccountType.HEDGED) !== ProtoOAAccountType.HEDGED

/** An account may be allowed to trade, to close only, or neither. A number that is not known here is allowed. */
export const checkRights = (
  { accessRights = ProtoOAAccessRights.FULL_ACCESS }: Pick<ProtoOATrader, 'accessRights'>,
  closes: boolean,
): void => {
  const isNone =
    accessRights === ProtoOAAccessRights.NO_TRADING || accessRights === ProtoOAAccessRights.NO_LOGIN
  const isCloseOnly = accessRights === ProtoOAAccessRights.CLOSE_ONLY
  if (isNone || (isCloseOnly && !closes))
    throw invalidOrder({
      rule: 'accessRights',
      field: 'accessRights',
      value: wordOf(ProtoOAAccessRights, accessRights),
      detail: isNone ? 'of the account permit no trading' : 'of the account permit closing only',
      nearest: 'FULL_ACCESS',
    })
}

const nameOf = ({ symbolName, symbolId }: SymbolDetails): number | string => symbolName ?? symbolId

const checkMode = (terms: SymbolDetails, closes: boolean): void => {
  const { tradingMode } = terms
  const isCloseOnly = tradingMode === ProtoOATradingMode.CLOSE_ONLY_MODE
  const isDisabled =
    tradingMode === ProtoOATradingMode.DISABLED_WITHOUT_PENDINGS_EXECUTION ||
    tradingMode === ProtoOATradingMode.DISABLED_WITH_PENDINGS_EXECUTION
  if (isDisabled || (isCloseOnly && !closes))
    throw invalidOrder({
      rule: 'tradingMode',
      field: 'symbol',
      value: nameOf(terms),
      detail: isCloseOnly ? 'can only be closed at present' : 'cannot be traded at present',
    })
}

const checkShort = (terms: SymbolDetails, { side }: NewOrder, closes: boolean): void => {
  if (terms.enableShortSelling === false && side === 'sell' && !closes)
    throw invalidOrder({
      rule: 'enableShortSelling',
      field: 'side',
      value: side,
      detail: 'is not allowed for the symbol',
      nearest: 'buy',
    })
}

const timeOf = (ms: number): string => new Date(ms).toISOString()

/** Only an order that is executed at once needs an open market. */
const checkSchedule = (terms: SymbolDetails, { type }: NewOrder, now: number | undefined): void => {
  if ((type !== 'market' && type !== 'marketRange') || now === undefined || !isSurelyClosed(terms, now))
    return
  const opening = nextOpening(terms, now)
  throw invalidOrder({
    rule: 'schedule',
    field: 'time',
    value: timeOf(now),
    detail: `is outside the trading hours of ${nameOf(terms)}`,
    nearest: opening === undefined ? undefined : timeOf(opening),
  })
}

/** The request of a new order. Throws `InvalidOrder` with the first rule it breaks. The server has the last word. */
export const checkNewOrder = (order: NewOrder, { terms, trader, now }: Circumstances): NewOrderFrame => {
  const closes = mayClose(order, trader)
  const frame = newOrderFrame(order, terms)
  if (trader) checkRights(trader, closes)
  checkMode(terms, closes)
  checkShort(terms, order, closes)
  checkExpires('expires' in order ? order.expires : undefined, now)
  checkSchedule(terms, order, now)
  return frame
}
