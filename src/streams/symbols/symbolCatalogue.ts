import { Subject, catchError, map, of, startWith, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOASymbol } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { messagesOf } from '../../session/state/accountMessages'
import { unsure } from '../../session/state/unread'
import { batchByTurn } from '../sharing/batchByTurn'
import { answerOn, isUnknowable } from '../sharing/live'
import { acrossSessions, perSession } from '../sharing/perSession'
import { cachedRequest } from '../sharing/cachedRequest'
import { catalogueOf } from './symbolNames'
import type { SymbolCatalogue } from './symbolNames'

/** The symbols of a session: asked when they are first wanted, and again after the server said that they changed. */
interface Known {
  readonly catalogue: () => Observable<SymbolCatalogue>
  /** What of it is known without asking. */
  readonly knownCatalogue: () => SymbolCatalogue | undefined
  /** `undefined` where the server has none. Those that are wanted in the same turn are asked for in one request. */
  readonly terms: (symbolId: number) => Observable<ProtoOASymbol | undefined>
  readonly changed$: Observable<void>
}

const byId = (symbols: readonly ProtoOASymbol[]): ReadonlyMap<number, ProtoOASymbol> =>
  new Map(symbols.map(symbol => [symbol.symbolId, symbol]))

const termsOn = (
  link: Link,
  ctidTraderAccountId: number,
  symbolId: readonly number[],
): Observable<ReadonlyMap<number, ProtoOASymbol>> =>
  answerOn(link, () =>
    link.request(PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ, { ctidTraderAccountId, symbolId }),
  ).pipe(
    map(({ symbol = [] }) => byId(symbol)),
    catchError((error: unknown) => {
      // Of several it may be another one that there is not.
      return symbolId.length === 1 && isUnknowable(error) ? of(byId([])) : throwError(() => error)
    }),
  )

const knownOn = perSession((link, ctidTraderAccountId, over$): Known => {
  const lists = cachedRequest<'symbols', SymbolCatalogue>(
    () =>
      answerOn(link, () => link.request(PayloadType.PROTO_OA_SYMBOLS_LIST_REQ, { ctidTraderAccountId })).pipe(
        map(({ symbol = [] }) => catalogueOf(symbol)),
      ),
    over$,
  )
  const terms = cachedRequest(
    batchByTurn((symbolId: readonly number[]) => termsOn(link, ctidTraderAccountId, symbolId)),
    over$,
  )
  const changed$ = new Subject<void>()
  messagesOf(link, ctidTraderAccountId, PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT).subscribe(
    ({ payload: { symbolId = [] } }) => {
      lists.forget('symbols')
      symbolId.forEach(terms.forget)
      changed$.next()
    },
  )
  unsure(link, ctidTraderAccountId, 'symbols').subscribe(() => {
    lists.forget('symbols')
    terms.forgetAll()
    changed$.next()
  })
  return {
    catalogue: () => lists.of('symbols'),
    knownCatalogue: () => lists.known('symbols'),
    terms: terms.of,
    changed$,
  }
})

/** What is read of an account's symbols, and read again where they change or another session begins. */
export const catalogueOfSymbols = <T>(
  account: Account,
  read: (known: Omit<Known, 'changed$'>) => Observable<T>,
): Observable<T> =>
  acrossSessions(account, knownOn, known =>
    known.changed$.pipe(
      startWith(undefined),
      switchMap(() => read(known)),
    ),
  )
