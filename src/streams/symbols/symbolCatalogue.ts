import { Subject, catchError, map, of, startWith, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOASymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { accountMessages } from '../../session/state/accountMessages'
import { unreadByKind } from '../../session/state/unread'
import { batchByTurn } from '../sharing/batchByTurn'
import { retryOnLink, isUnknowable } from '../sharing/persist'
import { acrossSessions, perSession } from '../sharing/perSession'
import { cachedRequest } from '../sharing/cachedRequest'
import { createCatalogue } from './symbolNames'
import type { SymbolCatalogue } from './symbolNames'

/**
 * The symbols of a session. Requested when they are first needed, and again after the server said that they
 * changed.
 */
export interface KnownSymbols {
  readonly catalogue: () => Observable<SymbolCatalogue>
  /** The catalogue if it is known without a request. */
  readonly knownCatalogue: () => SymbolCatalogue | undefined
  /** `undefined` if the server does not have the symbol. Symbols of the same turn are requested together. */
  readonly terms: (symbolId: number) => Observable<ProtoOASymbol | undefined>
  /** The terms if they are known without a request. */
  readonly knownTerms: (symbolId: number) => ProtoOASymbol | undefined
  readonly changed$: Observable<void>
}

/**
 * The maximal number of symbols in one request. A symbol takes about 3 kB of an answer, and a frame holds 15 MiB:
 * enough even for symbols ten times as large.
 */
const MOST = 500

const byId = (symbols: readonly ProtoOASymbol[]): ReadonlyMap<number, ProtoOASymbol> =>
  new Map(symbols.map(symbol => [symbol.symbolId, symbol]))

const termsOn = (
  link: Link,
  ctidTraderAccountId: number,
  symbolId: readonly number[],
): Observable<ReadonlyMap<number, ProtoOASymbol>> =>
  retryOnLink(link, () =>
    link.request(PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ, { ctidTraderAccountId, symbolId }),
  ).pipe(
    map(({ symbol = [] }) => byId(symbol)),
    catchError((error: unknown) => {
      // In a request for several symbols, it is unknown which one does not exist.
      return symbolId.length === 1 && isUnknowable(error) ? of(byId([])) : throwError(() => error)
    }),
  )

/** What is known of the symbols of an account on a link. */
export const sessionSymbols = perSession((link, ctidTraderAccountId, over$): KnownSymbols => {
  const lists = cachedRequest<'symbols', SymbolCatalogue>(
    () =>
      retryOnLink(link, () =>
        link.request(PayloadType.PROTO_OA_SYMBOLS_LIST_REQ, { ctidTraderAccountId }),
      ).pipe(map(({ symbol = [] }) => createCatalogue(symbol))),
    over$,
  )
  const termsBy = batchByTurn(
    (symbolId: readonly number[]) => termsOn(link, ctidTraderAccountId, symbolId),
    MOST,
  )
  const terms = cachedRequest(
    (symbolId: number) => termsBy(symbolId).pipe(map(known => known.get(symbolId))),
    over$,
  )
  const changed$ = new Subject<void>()
  accountMessages(link, ctidTraderAccountId, PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT).subscribe(
    ({ payload: { symbolId = [] } }) => {
      lists.forget('symbols')
      symbolId.forEach(terms.forget)
      changed$.next()
    },
  )
  unreadByKind(link, ctidTraderAccountId, 'symbols').subscribe(() => {
    lists.forget('symbols')
    terms.forgetAll()
    changed$.next()
  })
  return {
    catalogue: () => lists.of('symbols'),
    knownCatalogue: () => lists.known('symbols'),
    terms: terms.of,
    knownTerms: terms.known,
    changed$,
  }
})

/** A value read from an account's symbols. Read again when they change and in each new session. */
export const currentCatalogue = <T>(
  account: Account,
  read: (known: Omit<KnownSymbols, 'changed$'>) => Observable<T>,
): Observable<T> =>
  acrossSessions(account, sessionSymbols, known =>
    known.changed$.pipe(
      startWith(undefined),
      switchMap(() => read(known)),
    ),
  )
