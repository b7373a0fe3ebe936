import { combineLatest, defaultIfEmpty, defer, filter, forkJoin, map, of, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from '../errors'
import { checkNames } from '../options'
import { PayloadType } from '../protocol/payloadType'
import { pipSize, toMoney, toWirePrice, units } from '../protocol/units'
import type { Money, Percent, Pips, Price, Units } from '../protocol/units'
import type { Account } from '../session/account'
import { spots } from '../streams/market/spots'
import { DEFAULT_TIMEOUT, accountTimeout } from '../streams/sharing/accountTimeout'
import type { SymbolIdOrName } from '../streams/symbols/resolveSymbol'
import { symbolTerms } from '../streams/symbols/symbols'
import type { SymbolDetails } from '../streams/symbols/symbols'
import { trader } from '../streams/account/trader'
import { conversion, profitRate } from '../streams/valuation/conversion'
import { equity } from '../streams/valuation/equity'
import type { Equity } from '../streams/valuation/equity'
import { invalidOrder } from './model/invalidOrder'
import { hasUnit, unitless } from './validation/rules/unit'

/** What may be lost, and where the loss ends. */
export interface VolumeForRiskOptions {
  readonly symbol: SymbolIdOrName
  /** What is lost at the stop loss: `percent(0.5)` of the equity, or `money(50)` of the account's currency. */
  readonly risk: Percent | Money
  /** The stop loss: its distance from the entry, or its price. */
  readonly stopLoss: Pips | Price
  /** The entry, if the stop loss is a price. Default: the bid, or the ask for a stop loss below it. */
  readonly entry?: Price
}

const names: Readonly<Record<keyof VolumeForRiskOptions, true>> = {
  symbol: true,
  risk: true,
  stopLoss: true,
  entry: true,
}

const CENTS_OF_A_UNIT = 100

const positive = (field: string, value: number): number => {
  if (Number.isFinite(value) && value > 0) return value
  throw invalidOrder({ rule: 'number', field, value, detail: 'must be a number above 0' })
}

const typeOrNumber = (value: unknown): number | string => (typeof value === 'number' ? value : typeof value)

/** The money at risk. */
const amountOf = (risk: VolumeForRiskOptions['risk'], { equity, moneyDigits }: Equity): number => {
  if (hasUnit(risk, 'money')) return positive('risk', risk.money)
  if (hasUnit(risk, 'percent')) return (toMoney(equity, moneyDigits) * positive('risk', risk.percent)) / 100
  throw unitless('risk', typeOrNumber(risk), 'percent() or money()')
}

/** The bid for a stop loss above it, which is that of a sell. Otherwise the ask. */
const entryOf = (account: Account, symbolId: number, { price }: Price): Observable<number> =>
  spots(account, symbolId).pipe(
    take(1),
    map(({ bid, ask }) => (price > bid ? bid : ask)),
  )

/** From the entry to the stop loss, as a price. */
const distanceTo = (
  account: Account,
  { symbolId, pipPosition }: SymbolDetails,
  { stopLoss, entry }: VolumeForRiskOptions,
): Observable<number> => {
  if (hasUnit(stopLoss, 'pips')) return of(positive('stopLoss', stopLoss.pips) * pipSize(pipPosition))
  if (!hasUnit(stopLoss, 'price')) throw unitless('stopLoss', typeOrNumber(stopLoss), 'pips() or price()')
  const price = positive('stopLoss', stopLoss.price)
  const entry$ = entry ? of(positive('entry', entry.price)) : entryOf(account, symbolId, stopLoss)
  return entry$.pipe(map(from => positive('stopLoss', Math.abs(from - price))))
}

/** What a unit of the symbol's quote asset is worth in money of the account. */
const rateFor = (account: Account, { quoteAssetId = 0 }: SymbolDetails): Observable<number> =>
  trader(account).pipe(
    take(1),
    switchMap(({ depositAssetId }) => conversion(account, quoteAssetId, depositAssetId)),
    take(1),
    switchMap(chain =>
      combineLatest(chain.map(({ symbolId }) => spots(account, symbolId))).pipe(
        defaultIfEmpty([]),
        map(quotes => new Map(quotes.map(({ symbolId, bid }) => [symbolId, { bid: toWirePrice(bid) }]))),
        map(prices => profitRate(chain, prices)),
      ),
    ),
    filter(rate => rate !== undefined),
    take(1),
  )

/** The equity, once all positions have a value. */
const knownEquity = (account: Account): Observable<Equity> =>
  equity(account).pipe(
    filter(({ unvalued }) => unvalued.length === 0),
    take(1),
  )

/** Removes binary rounding errors: 7 * 1.1 is 7.700000000000001, and means 7.7. */
const asRead = (n: number): number => Number(n.toPrecision(12))

/** The largest volume the symbol allows that loses no more. `loss` is what a unit loses. */
const volumeOf = (amount: number, loss: number, terms: SymbolDetails): Units => {
  const { minVolume = 1, maxVolume = Infinity, stepVolume = 1 } = terms
  const [step, least] = [Math.max(1, stepVolume), Math.max(1, minVolume)]
  const affordable = Math.min(maxVolume, asRead((amount / loss) * CENTS_OF_A_UNIT))
  const volume = Math.floor(asRead(affordable / step)) * step
  if (volume >= least) return units(volume / CENTS_OF_A_UNIT)
  throw invalidOrder({
    rule: 'minVolume',
    field: 'volume',
    value: Math.max(0, affordable) / CENTS_OF_A_UNIT,
    detail: `is what the risk allows, below the symbol's minimum volume, ${least / CENTS_OF_A_UNIT}`,
    nearest: least / CENTS_OF_A_UNIT,
  })
}

const waitedInVain = (): CTraderError =>
  new CTraderError({
    reason: 'Timeout',
    payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
    after: DEFAULT_TIMEOUT,
    sent: false,
    detail: 'the equity, or the rate that converts the loss, is not known',
  })

/**
 * The volume of an order whose stop loss loses a part of the equity, or an amount of money. Emits once and
 * completes. Costs are not counted, and a gap through the stop loss may lose more.
 *
 * The loss of a unit is the distance to the stop loss, converted into the currency of the account. The volume is
 * rounded down to a step of the symbol, and is at most its maximum (`ProtoOASymbol`). The equity is that of `equity`.
 *
 * Errors with `InvalidOrder`, rule `minVolume`, if the risk does not allow the least volume. Errors with `Timeout` if
 * the equity or the rate is not known within 10 s, for example because a market is halted. Also errors with
 * `UnknownSymbol`, `NoConversion`, and with the account.
 *
 * ```ts
 * volumeForRisk(account, { symbol: 'EURUSD', risk: percent(0.5), stopLoss: pips(20) }).pipe(
 *   switchMap(volume =>
 *     placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume, stopLoss: pips(20) }),
 *   ),
 * )
 * ```
 */
export const volumeForRisk = (account: Account, options: VolumeForRiskOptions): Observable<Units> =>
  defer(() => {
    checkNames(options, names)
    return symbolTerms(account, options.symbol)
  }).pipe(
    take(1),
    switchMap(terms =>
      forkJoin([knownEquity(account), distanceTo(account, terms, options), rateFor(account, terms)]).pipe(
        map(([worth, distance, rate]) => volumeOf(amountOf(options.risk, worth), distance * rate, terms)),
      ),
    ),
    accountTimeout(account, DEFAULT_TIMEOUT, waitedInVain),
  )
