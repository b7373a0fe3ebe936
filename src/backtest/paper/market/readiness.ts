import {
  EMPTY,
  ReplaySubject,
  catchError,
  concat,
  defer,
  forkJoin,
  ignoreElements,
  map,
  merge,
  of,
  switchMap,
  take,
  tap,
  throwError,
  timeout,
  toArray,
} from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import { CTraderError, hasReason, isCTraderError } from '../../../errors'
import type { ProtoOAAsset } from '../../../protocol/messages/symbols'
import { PayloadType } from '../../../protocol/payloadType'
import type { ExternalMarket } from '../../../simulator/market/external/externalMarket'
import { toWirePrice } from '../../../protocol/units'
import type { Level } from '../../../simulator/market/model/market'
import type { OrderBook, PriceLevel } from '../../../operators/toBook'
import { formerSymbol, toListedSymbol } from './listed'
import type { Quotations } from './quotations'
import type { Upstream } from './upstream'

/** What the exchange must know of a symbol before it can trade it. */
export interface Readiness {
  /** Completes when the market lists a symbol. Errors with `UnknownSymbol` if the real account does not have it. */
  readonly listed: (symbolId: number) => Observable<never>
  /**
   * Completes when a symbol can be traded: with its terms, its price, and the prices that convert its profits and
   * margins. At once if that is so already. The prices are subscribed from then on.
   */
  readonly tradable: (symbolId: number) => Observable<never>
  /** Lists a symbol of the past, also one that the real account no longer has. */
  readonly listedOnce: (symbolId: number) => Observable<never>
}

/** How long to wait for the first price of a symbol, in ms. A server sends the last price also at weekends. */
const PRICE_AFTER = 5_000

const withoutPrice = (symbolId: number): CTraderError =>
  new CTraderError({
    reason: 'Refused',
    payloadType: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
    errorCode: 'NO_QUOTES',
    description: `There is no price for symbol ${symbolId}, or for the conversion of its profits`,
  })

/** Does something once per symbol, as long as a subscription is open, and again after an error. */
const oncePerSymbol = (
  life: () => Subscription,
  make: (symbolId: number) => Observable<unknown>,
): ((symbolId: number) => Observable<never>) => {
  const begun = new Map<number, { readonly done$: Observable<never>; readonly of: Subscription }>()
  return symbolId =>
    defer(() => {
      const known = begun.get(symbolId)
      if (known?.of === life()) return known.done$
      const first$ = new ReplaySubject<void>(1)
      const done$ = first$.pipe(take(1), ignoreElements())
      begun.set(symbolId, { done$, of: life() })
      life().add(
        make(symbolId).subscribe({
          next: () => {
            first$.next()
          },
          error: (error: unknown) => {
            begun.delete(symbolId)
            first$.error(error)
          },
        }),
      )
      return done$
    })
}

const sideOf =
  (side: Level['side'], firstId: number) =>
  ({ price, size }: PriceLevel, i: number): Level => ({
    id: firstId + i,
    side,
    price: toWirePrice(price),
    size: Math.round(size * 100),
  })

const levelsOf = ({ bids, asks }: OrderBook): readonly Level[] => [
  ...bids.map(sideOf('bid', 1)),
  ...asks.map(sideOf('ask', bids.length + 1)),
]

export interface ReadinessOptions {
  readonly upstream: Upstream
  readonly market: ExternalMarket
  readonly quotations: Quotations
  readonly assets: readonly ProtoOAAsset[]
  readonly depositAssetId: number
  /** Whether orders go through the levels of the book. */
  readonly needsBook: boolean
  /** What is subscribed ends with it. */
  readonly life: () => Subscription
}

export const createReadiness = ({
  upstream,
  market,
  quotations,
  assets,
  depositAssetId,
  needsBook,
  life,
}: ReadinessOptions): Readiness => {
  const usd = assets.find(({ name }) => name === 'USD')?.assetId
  const assetNamed = (wanted: string | undefined): number | undefined =>
    assets.find(({ name }) => name === wanted)?.assetId

  const listed = oncePerSymbol(life, symbolId =>
    upstream.symbol(symbolId).pipe(
      tap(terms => {
        market.list(toListedSymbol(terms))
      }),
    ),
  )
  const leverage = (leverageId: number | undefined): Observable<unknown> =>
    leverageId === undefined
      ? EMPTY
      : upstream.request(PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ, { leverageId }).pipe(
          tap(answer => {
            market.addLeverage(answer.leverage)
          }),
          // Without it, the leverage of the account counts.
          catchError((error: unknown) => (hasReason(error, 'Refused') ? EMPTY : throwError(() => error))),
        )
  /** Emits the symbols of a way from one asset to another, all of them listed. */
  const chain = (from: number | undefined, to: number | undefined): Observable<readonly number[]> =>
    from === undefined || to === undefined || from === to
      ? of([])
      : upstream.chain(from, to).pipe(
          switchMap(symbolIds => concat(merge(...symbolIds.map(listed)), of(symbolIds))),
          tap(symbolIds => {
            market.setChain(from, to, symbolIds)
          }),
        )

  const priced = oncePerSymbol(life, quotations.hold)
  const withBook = oncePerSymbol(life, symbolId =>
    upstream.depth(symbolId).pipe(
      switchMap(book => book?.book$ ?? EMPTY),
      tap(book => {
        market.setBook(symbolId, levelsOf(book))
      }),
    ),
  )
  const prices = (symbolIds: Iterable<number>): Observable<never> =>
    merge(...[...new Set(symbolIds)].map(priced))

  const convertible = (symbolId: number): Observable<readonly number[]> =>
    defer(() => {
      const { terms, light } = market.market.symbol(symbolId) ?? formerSymbol(symbolId)
      const { baseAssetId, quoteAssetId } = light
      const none = throwError(() => withoutPrice(symbolId))
      const needed = [quoteAssetId, baseAssetId].map(from =>
        concat(chain(from, depositAssetId), none).pipe(take(1)),
      )
      // Without dollars, there are no commissions in dollars and no tiers of leverage.
      const useful = [chain(baseAssetId, usd), chain(usd, depositAssetId)]
      const least = chain(assetNamed(terms.minCommissionAsset), depositAssetId)
      return concat(
        leverage(terms.leverageId < 0 ? undefined : terms.leverageId).pipe(ignoreElements()),
        merge(forkJoin(needed).pipe(map(chains => chains.flat())), ...useful, least),
      ).pipe(
        toArray(),
        map(chains => chains.flat()),
      )
    })

  const tradable = oncePerSymbol(life, symbolId =>
    concat(
      listed(symbolId),
      convertible(symbolId).pipe(
        switchMap(chains =>
          concat(
            merge(prices([symbolId, ...chains]), needsBook ? withBook(symbolId) : EMPTY),
            of(undefined),
          ).pipe(timeout({ first: PRICE_AFTER, with: () => throwError(() => withoutPrice(symbolId)) })),
        ),
      ),
    ),
  )

  return {
    listed,
    tradable,
    listedOnce: symbolId =>
      listed(symbolId).pipe(
        catchError((error: unknown) => {
          if (!isCTraderError(error) || error.reason !== 'UnknownSymbol') throw error
          market.list(formerSymbol(symbolId))
          return EMPTY
        }),
      ),
  }
}
