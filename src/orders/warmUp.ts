import {
  catchError,
  defer,
  distinct,
  distinctUntilChanged,
  filter,
  from,
  map,
  merge,
  mergeMap,
  of,
  scan,
  switchMap,
  throwError,
} from 'rxjs'
import type { MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { hasReason, invalidOption } from '../errors'
import { checkNames } from '../options'
import type { Account } from '../session/account'
import { orders } from '../streams/account/orders'
import { positions } from '../streams/account/positions'
import { sessionState } from '../streams/account/sessionState'
import { isWhole } from '../streams/account/settleDraft'
import { accountLinks } from '../streams/sharing/accountLinks'
import { retryOnLink } from '../streams/sharing/persist'
import { eachTerms } from '../streams/symbols/symbols'
import type { SymbolIdOrName } from '../streams/symbols/symbolNames'

/** Settings of `warmUp`. */
export interface WarmUpOptions {
  /**
   * The symbols to know the terms of, besides those of open positions and pending orders. By id, the list of all
   * symbols is not needed. Default: none.
   */
  readonly symbols?: readonly SymbolIdOrName[]
}

/** Something that orders need, by a name of its own, and whether it is known. */
type Need = readonly [name: SymbolIdOrName, isKnown: boolean]

/** `false` at once, unless the first value comes at once. */
const falseUntilFirst: MonoTypeOperatorFunction<boolean> = known$ =>
  merge(known$, of(false)).pipe(filter((isKnown, index) => isKnown || index === 0))

const termsOf = (account: Account, symbol: SymbolIdOrName): Observable<Need> =>
  eachTerms(account, symbol, terms$ =>
    terms$.pipe(
      map(() => true),
      falseUntilFirst,
    ),
  ).pipe(map((isKnown): Need => [symbol, isKnown]))

/** The symbols of what is open, each once. The server may have no terms of an archived one, and then needs none. */
const termsOfOpen = (account: Account): Observable<Need> =>
  merge(positions(account), orders(account)).pipe(
    mergeMap(({ added }) => added.map(({ tradeData: { symbolId } }) => symbolId)),
    distinct(),
    mergeMap(symbolId =>
      termsOf(account, symbolId).pipe(
        catchError((error: unknown) =>
          hasReason(error, 'UnknownSymbol') ? of<Need>([symbolId, true]) : throwError(() => error),
        ),
      ),
    ),
  )

const STATE = 'the state of the account'
const RIGHTS = 'the rights of the token'

const readyOn = (account: Account, link: Link, symbols: readonly SymbolIdOrName[]): Observable<boolean> =>
  defer(() => {
    const missing = new Set<SymbolIdOrName>([STATE, RIGHTS, ...symbols])
    return merge(
      // First, so that what is open is known with its terms.
      termsOfOpen(account),
      sessionState(account, link).pipe(map(({ draft }): Need => [STATE, isWhole(draft)])),
      retryOnLink(link, () => account.canTrade$).pipe(map((): Need => [RIGHTS, true])),
      from(new Set(symbols)).pipe(mergeMap(symbol => termsOf(account, symbol))),
    ).pipe(
      scan((all, [name, isKnown]) => {
        if (isKnown) all.delete(name)
        else all.add(name)
        return all
      }, missing),
      map(all => all.size === 0),
    )
  })

/**
 * Makes an account ready for orders, and keeps it so while subscribed. An order then is one frame, and nothing is asked
 * before it. It keeps these by events, and requests them anew in each session and when the server says so:
 *
 * - the account's state (2121, 2124)
 * - the rights of its token (2149)
 * - the terms of symbols (2116)
 *
 * Emits whether all of that is known: at once, and at each change. `true` does not mean that an order is allowed: every
 * order is checked. While it is `false`, an order waits for what it needs. Errors with `UnknownSymbol` for a symbol in
 * the options, with `InvalidOption` for a wrong option, and with the account; never completes.
 *
 * ```ts
 * warmUp(account, { symbols: ['EURUSD'] })
 *   .pipe(filter(isReady => isReady), take(1))
 *   .subscribe(() => console.log('ready'))
 * ```
 */
export const warmUp = (account: Account, options: WarmUpOptions = {}): Observable<boolean> =>
  defer(() => {
    checkNames(options, { symbols: true })
    const { symbols = [] } = options
    if (!Array.isArray(symbols)) throw invalidOption('symbols', 'must be an array')
    symbols.forEach((symbol, index) => {
      if (typeof symbol !== 'number' && typeof symbol !== 'string')
        throw invalidOption(`symbols.${index}`, 'must be the name or the id of a symbol')
    })
    return accountLinks(account).pipe(
      switchMap(link => (link ? readyOn(account, link, symbols) : of(false))),
      distinctUntilChanged(),
    )
  })
