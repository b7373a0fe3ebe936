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
import type { Observable } from 'rxjs'
import { stopwatch } from '../../clock'
import { hasReason } from '../../errors'
import { forEachKey } from '../../operators/forEachKey'
import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { partOf, accountSnapshot } from '../account/accountSnapshot'
import type { AccountSnapshot } from '../account/accountSnapshot'
import { requestPnl } from './pnlRequest'
import { conversion } from './conversion'
import type { AssetIdOrName, ConversionChain } from './conversion'
import { inAccountZone } from '../sharing/live'
import { shareByKey } from '../sharing/shareByKey'
import { spotsOf } from '../market/marketSubscriptions'
import { unknownSymbol } from '../symbols/resolveSymbol'
import { listing, symbols } from '../symbols/symbols'
import { reasonOf } from './unvalued'
import type { UnvaluedReason } from './unvalued'
import { createValuation } from './valuation'
import type { Valued } from './valuation'

/** How long to wait for a value before a position counts as unvalued, in ms. */
const PATIENCE = 1_000
/** When to retry a symbol that could not be quoted or converted, in ms. */
const PAUSE = 30_000
/**
 * When to ask again after an answer that was too large, in ms. The pauses grow, because each such answer is
 * expensive.
 */
const FIRST_REST = 120_000
const LONGEST_REST = 3_600_000

/** Ignores an answer that was too large: the next one may be smaller. */
const createRest = () => {
  let times = 0
  let length = 0
  let elapsed = (): number => 0
  return {
    begin: (): void => {
      length = Math.min(LONGEST_REST, FIRST_REST * 4 ** times)
      elapsed = stopwatch()
      times += 1
    },
    left: (): number => Math.max(0, length - elapsed()),
    end: (): void => {
      times = 0
      length = 0
    },
  }
}

/** An empty quote asset means that the symbol cannot be converted. */
const quoteAssetOf = ({ symbolId, symbolName, quoteAssetId }: ProtoOALightSymbol): AssetIdOrName => {
  if (symbolName === undefined && quoteAssetId === undefined) throw unknownSymbol(symbolId)
  return quoteAssetId ?? ''
}

/** How the profits of a symbol become money of the account. */
const chainOf = (account: Account, symbolId: number): Observable<ConversionChain> =>
  combineLatest([
    symbols(account).pipe(map(listing(symbolId)), map(quoteAssetOf), distinctUntilChanged()),
    partOf(account, 'trader').pipe(
      map(({ depositAssetId }) => depositAssetId),
      distinctUntilChanged(),
    ),
  ]).pipe(switchMap(([quoteAsset, depositAssetId]) => conversion(account, quoteAsset, depositAssetId)))

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
      /** Taken from the server's values of all positions. Ignored if they do not fit into a frame. */
      const restOfAnswer = createRest()

      const hold = (snapshot: AccountSnapshot): void => {
        isCurrent = snapshot.isCurrent
        if (!isCurrent) valuation.forgetQuotes()
        valuation.hold(snapshot.state)
      }
      const quote = (symbolId: number): Observable<void> =>
        // Not the quote from before a lost line, which `spots` would still have.
        spotsOf(account, symbolId).pipe(
          switchMap(line => (line ? merge(line.side$, line.quote$) : NEVER)),
          map(valuation.quote),
        )
      const value = (symbolId: number): Observable<void> => {
        let missing: UnvaluedReason = 'noConversion'
        const rest = createRest()
        const needs = (quoted: number, why: UnvaluedReason): Observable<void> =>
          quote(quoted).pipe(
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
            valuation.fail(symbolId, missing === 'rateNotQuoted' ? missing : reasonOf(error, missing))
            missing = 'noConversion'
            if (hasReason(error, 'TooLarge')) rest.begin()
            return concat(of(undefined), timer(rest.left() || PAUSE).pipe(switchMap(() => again$)))
          }),
        )
      }
      /** Runs while there is a reason, and again when the reason changes. */
      const during =
        (reason: () => number | undefined, act: () => Observable<void>) =>
        (fact$: Observable<void>): Observable<void> =>
          fact$.pipe(
            map(() => (isCurrent ? reason() : undefined)),
            distinctUntilChanged(),
            switchMap(one => (one === undefined ? EMPTY : act())),
          )
      const giveUp = (): Observable<void> =>
        // Once part of the values is known, it does not become silent again.
        (valuation.isPartial() ? of(0) : inAccountZone(account, timer(PATIENCE))).pipe(map(valuation.giveUp))
      const ask = (): Observable<void> =>
        defer(() => {
          const rest = restOfAnswer.left()
          return rest > 0 ? timer(rest) : of(0)
        }).pipe(
          switchMap(() => inAccountZone(account, requestPnl(account, valuation.moneyDigits))),
          tap(restOfAnswer.end),
          map(valuation.answer),
          catchError((_: unknown, again$) => {
            restOfAnswer.begin()
            return again$
          }),
        )

      return accountSnapshot(account).pipe(
        connect(snapshot$ =>
          merge(
            snapshot$.pipe(map(hold)),
            snapshot$.pipe(map(valuation.symbolIds), distinctUntilChanged(), forEachKey(value)),
          ),
        ),
        connect(fact$ =>
          merge(
            fact$,
            fact$.pipe(during(valuation.wait, giveUp)),
            fact$.pipe(during(valuation.question, ask)),
          ),
        ),
        map(() => (isCurrent ? valuation.take() : undefined)),
      )
    }),
  ).pipe(filter(known => known !== undefined))
