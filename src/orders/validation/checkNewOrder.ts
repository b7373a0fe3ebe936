import { chainFirst, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { ProtoOAAccessRights, ProtoOAAccountType, ProtoOATradingMode } from '../../protocol/messages/enums'
import type { SymbolTerms } from '../../streams/symbols/symbols'
import { newOrderFrame } from './newOrderRequest'
import type { NewOrderFrame } from './newOrderRequest'
import type { NewOrder } from '../model/newOrder'
import { checkExpires } from './rules/expires'
import { violation } from '../model/invalidOrder'
import type { Checked } from '../model/invalidOrder'
import { isSurelyClosed, nextOpening } from './marketHours'

/** What an order is checked against. */
export interface Circumstances {
  readonly terms: SymbolTerms
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

/** Whether an account may trade at all, or may close. */
export const checkRights = (
  { accessRights = ProtoOAAccessRights.FULL_ACCESS }: Pick<ProtoOATrader, 'accessRights'>,
  closes: boolean,
): Checked<unknown> => {
  const isFine =
    accessRights === ProtoOAAccessRights.FULL_ACCESS ||
    (accessRights === ProtoOAAccessRights.CLOSE_ONLY && closes)
  const isNone =
    accessRights === ProtoOAAccessRights.NO_TRADING || accessRights === ProtoOAAccessRights.NO_LOGIN
  if (isFine || !(isNone || accessRights === ProtoOAAccessRights.CLOSE_ONLY)) return right(undefined)
  return violation({
    rule: 'accessRights',
    field: 'accessRights',
    value: wordOf(ProtoOAAccessRights, accessRights),
    detail: isNone ? 'of the account permit no trading' : 'of the account permit closing only',
    nearest: 'FULL_ACCESS',
  })
}

const nameOf = ({ symbolName, symbolId }: SymbolTerms): number | string => symbolName ?? symbolId

const checkMode = (terms: SymbolTerms, closes: boolean): Checked<unknown> => {
  const { tradingMode = ProtoOATradingMode.ENABLED } = terms
  const isCloseOnly = tradingMode === ProtoOATradingMode.CLOSE_ONLY_MODE
  const isDisabled =
    tradingMode === ProtoOATradingMode.DISABLED_WITHOUT_PENDINGS_EXECUTION ||
    tradingMode === ProtoOATradingMode.DISABLED_WITH_PENDINGS_EXECUTION
  if (!isDisabled && (!isCloseOnly || closes)) return right(undefined)
  return violation({
    rule: 'tradingMode',
    field: 'symbol',
    value: nameOf(terms),
    detail: isCloseOnly ? 'can only be closed at present' : 'cannot be traded at present',
  })
}

const checkShort = (terms: SymbolTerms, { side }: NewOrder, closes: boolean): Checked<unknown> =>
  terms.enableShortSelling === false && side === 'sell' && !closes
    ? violation({
        rule: 'enableShortSelling',
        field: 'side',
        value: side,
        detail: 'is not allowed for the symbol',
        nearest: 'buy',
      })
    : right(undefined)

const timeOf = (ms: number): string => new Date(ms).toISOString()

/** Only an order that is executed at once needs an open market. */
const checkSchedule = (terms: SymbolTerms, { type }: NewOrder, now: number | undefined): Checked<unknown> => {
  if ((type !== 'market' && type !== 'marketRange') || now === undefined || !isSurelyClosed(terms, now))
    return right(undefined)
  const opening = nextOpening(terms, now)
  return violation({
    rule: 'schedule',
    field: 'time',
    value: timeOf(now),
    detail: `is outside the trading hours of ${nameOf(terms)}`,
    nearest: opening === undefined ? undefined : timeOf(opening),
  })
}

/** The request of a new order, or the first rule it breaks. The server has the last word. */
export const checkNewOrder = (
  order: NewOrder,
  { terms, trader, now }: Circumstances,
): Checked<NewOrderFrame> => {
  const closes = mayClose(order, trader)
  return pipe(
    newOrderFrame(order, terms),
    chainFirst(() => (trader ? checkRights(trader, closes) : right(undefined))),
    chainFirst(() => checkMode(terms, closes)),
    chainFirst(() => checkShort(terms, order, closes)),
    chainFirst(() => checkExpires('expires' in order ? order.expires : undefined, now)),
    chainFirst(() => checkSchedule(terms, order, now)),
  )
}
