import {
  EMPTY,
  NEVER,
  catchError,
  combineLatest,
  concat,
  connect,
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  of,
  switchMap,
  tap,
  timer,
} from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import { hasReason } from '../../errors'
import { forEachKey } from '../../operators/forEachKey'
import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { accountPart, accountSnapshot } from '../account/accountSnapshot'
import { createRest, pnlRequests } from './pnlRequest'
import { conversion } from './conversion'
import type { AssetIdOrName, ConversionChain } from './conversion'
import { inAccountZone } from '../sharing/accountLinks'
import { shareByKey } from '../sharing/shareByKey'
import { spotLine } from '../market/marketSubscriptions'
import { unknownSymbol } from '../symbols/resolveSymbol'
import { symbolFinder, symbols } from '../symbols/symbols'
import { unvaluedReason } from './unvalued'
import type { UnvaluedReason } from './unvalued'
import { createValuation } from './valuation'
import type { Valuation, Valued } from './valuation'

/** How long to wait for a value before a position counts as unvalued, in ms. */
const PATIENCE = 1_000
/** When to retry a symbol that could not be quoted or converted, in ms. */
const PAUSE = 30_000

/** An empty quote asset means that the symbol cannot be converted. */
const quoteAssetOf = ({ symbolId, symbolName, quoteAssetId }: ProtoOALightSymbol): AssetIdOrName => {
  if (symbolName === undefined && quoteAssetId === undefined) throw unknownSymbol(symbolId)
  return quoteAssetId ?? ''
}

/** How the profits of a symbol become money of the account. */
const chainOf = (account: Account, symbolId: number): Observable<ConversionChain> =>
  combineLatest([
    symbols(account).pipe(map(symbolFinder(symbolId)), map(quoteAssetOf), distinctUntilChanged()),
    accountPart(account, 'trader').pipe(
      map(({ depositAssetId }) => depositAssetId),
      distinctUntilChanged(),
    ),
  ]).pipe(switchMap(([quoteAsset, depositAssetId]) => conversion(account, quoteAsset, depositAssetId)))

/** Passes the quotes of a symbol on. Not the one from before a lost line, which `spots` would still have. */
const quotesInto = (valuation: Valuation, account: Account, symbolId: number): Observable<void> =>
  spotLine(account, symbolId).pipe(
    switchMap(line => line?.price$ ?? NEVER),
    map(prices => {
      valuation.quote(symbolId, prices)
    }),
  )

/** Converts and quotes the positions of a symbol. A symbol that fails is tried again. */
const valueSymbol = (valuation: Valuation, account: Account, symbolId: number): Observable<void> => {
  let missing: UnvaluedReason = 'noConversion'
  const rest = createRest()
  const needs = (quoted: number, why: UnvaluedReason): Observable<void> =>
    quotesInto(valuation, account, quoted).pipe(
      tap({
        error: () => {
          missing = why
        },
      }),
    )
  return chainOf(account, symbolId).pipe(
    switchMap(chain => {
      rest.end()
      valuation.convert(symbolId, chain)
      return merge(
        of(undefined),
        needs(symbolId, 'notQuoted'),
        ...chain.map(step => needs(step.symbolId, 'rateNotQuoted')),
      )
    }),
    // An error of the account ends the whole stream anyway.
    catchError((error: unknown, again$) => {
      valuation.fail(symbolId, missing === 'rateNotQuoted' ? missing : unvaluedReason(error, missing))
      missing = 'noConversion'
      if (hasReason(error, 'TooLarge')) rest.begin()
      return concat(of(undefined), timer(rest.left() || PAUSE).pipe(switchMap(() => again$)))
    }),
  )
}

/** After each change, acts while there is a reason, and again when the reason is another one. */
const whileAny =
  (reason: () => number | undefined, act$: Observable<void>): MonoTypeOperatorFunction<void> =>
  change$ =>
    change$.pipe(
      map(reason),
      distinctUntilChanged(),
      switchMap(one => (one === undefined ? EMPTY : act$)),
    )

/** Emits `undefined` while not everything is known, so that a late consumer does not get an old value. */
const shared = shareByKey<Valued | undefined>()

/**
 * The open positions of an account with their values, after each quote that concerns one and each change of the
 * account. Silent after a lost line until it is reconciled, and for at most a second while a value is awaited. Then
 * the positions without a value are named. The server is asked for values that quotes do not give. A failing symbol
 * does not end the stream; only the account does.
 */
export const valuedPositions = (account: Account): Observable<Valued> =>
  shared(account, '', () =>
    defer(() => {
      const valuation = createValuation()
      let isCurrent = false
      const ifCurrent =
        <T>(read: () => T | undefined) =>
        (): T | undefined =>
          isCurrent ? read() : undefined
      const held$ = accountSnapshot(account).pipe(
        map(({ state, isCurrent: isNow }) => {
          isCurrent = isNow
          if (!isCurrent) valuation.forgetQuotes()
          valuation.hold(state)
        }),
      )
      // Once part of the values is known, it does not become silent again.
      const patience$ = defer(() => (valuation.isPartial() ? of(0) : inAccountZone(account, timer(PATIENCE))))
      const asked$ = pnlRequests(account, valuation.moneyDigits)

      return held$.pipe(
        connect(hold$ =>
          merge(
            hold$,
            hold$.pipe(
              map(valuation.symbolIds),
              distinctUntilChanged(),
              forEachKey(symbolId => valueSymbol(valuation, account, symbolId)),
            ),
          ),
        ),
        connect(change$ =>
          merge(
            change$,
            change$.pipe(whileAny(ifCurrent(valuation.wait), patience$.pipe(map(valuation.giveUp)))),
            change$.pipe(whileAny(ifCurrent(valuation.question), asked$.pipe(map(valuation.answer)))),
          ),
        ),
        map(ifCurrent(valuation.take)),
      )
    }),
  ).pipe(filter(known => known !== undefined))
