import { catchError, combineLatest, distinctUntilChanged, map, of, switchMap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError } from '../../errors'
import { deepEqual } from '../../util/deepEqual'
import type { KnownPrices } from '../../operators/mergeQuote'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAAsset, ProtoOALightSymbol } from '../../protocol/messages/symbols'
import { toPrice, toWirePrice } from '../../protocol/units'
import type { Account } from '../../session/account'
import { assets } from '../symbols/assets'
import { retryOnLink, isUnknowable } from '../sharing/persist'
import { acrossSessions } from '../sharing/perSession'
import { shareByKey } from '../sharing/shareByKey'

/** An asset by its id or by its name: 4, 'JPY', 'jpy'. */
export type AssetIdOrName = number | string

/** One step from one asset to another: multiply the amount by the symbol's price, or divide by it. */
export interface ConversionStep {
  readonly symbolId: number
  readonly operation: 'multiply' | 'divide'
}

/** The steps from one asset to another; empty from an asset to itself. */
export type ConversionChain = readonly ConversionStep[]

/** In wire units, because their sum is exact. */
const midOf = ({ bid, ask }: { readonly bid: number; readonly ask: number }): number =>
  (toWirePrice(bid) + toWirePrice(ask)) / 2

/** The rate of a chain, from prices in 1/100000. */
const rateAt = (
  chain: ConversionChain,
  priceOf: (symbolId: number) => number | undefined,
): number | undefined => {
  let rate = 1
  for (const { symbolId, operation } of chain) {
    const price = priceOf(symbolId)
    if (price === undefined) return undefined
    rate = operation === 'multiply' ? rate * toPrice(price) : rate / toPrice(price)
  }
  return rate
}

/**
 * The value of one unit of the first asset of a chain in the last asset, at mid prices. `undefined` as long as a
 * quote is missing. 1 for an empty chain. Multiply an amount by it to convert.
 *
 * ```ts
 * conversionRate([{ symbolId: 4, operation: 'divide' }], new Map([[4, { bid: 144.99, ask: 145.01 }]])) // 1 / 145
 * ```
 */
export const conversionRate = (
  chain: ConversionChain,
  quotes: Pick<ReadonlyMap<number, { readonly bid: number; readonly ask: number }>, 'get'>,
): number | undefined =>
  rateAt(chain, symbolId => {
    const quote = quotes.get(symbolId)
    return quote && midOf(quote)
  })

/**
 * The rate that converts a profit into money of the account: the bid of each step, as Spotware's own clients use.
 * It is not known which price the server uses for its answer to 2187. This is the only place that decides.
 */
export const profitRate = (
  chain: ConversionChain,
  prices: Pick<ReadonlyMap<number, Pick<KnownPrices, 'bid'>>, 'get'>,
): number | undefined => rateAt(chain, symbolId => prices.get(symbolId)?.bid)

const stepsAlong = (
  symbols: readonly ProtoOALightSymbol[],
  from: number,
  to: number,
): ConversionChain | undefined => {
  const steps: ConversionStep[] = []
  let asset: number | undefined = from
  for (const { symbolId, baseAssetId, quoteAssetId } of symbols) {
    if (asset === undefined || (asset !== baseAssetId && asset !== quoteAssetId)) return undefined
    const sells: boolean = asset === baseAssetId
    steps.push({ symbolId, operation: sells ? 'multiply' : 'divide' })
    asset = sells ? quoteAssetId : baseAssetId
  }
  return asset === to ? steps : undefined
}

const chainOn = (
  link: Link,
  ctidTraderAccountId: number,
  firstAssetId: number,
  lastAssetId: number,
): Observable<ConversionChain | undefined> =>
  firstAssetId === lastAssetId
    ? of([])
    : retryOnLink(link, () =>
        link.request(PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ, {
          ctidTraderAccountId,
          firstAssetId,
          lastAssetId,
        }),
      ).pipe(
        map(({ symbol = [] }) => stepsAlong(symbol, firstAssetId, lastAssetId)),
        catchError((error: unknown) => (isUnknowable(error) ? of(undefined) : throwError(() => error))),
      )

const idIn = (list: readonly ProtoOAAsset[], asset: string): number | undefined =>
  list.find(({ name }) => name.toUpperCase() === asset.toUpperCase())?.assetId

const assetIdOf = (account: Account, asset: AssetIdOrName): Observable<number | undefined> =>
  typeof asset === 'string'
    ? assets(account).pipe(map(list => idIn(list, asset)))
    : of(Number.isSafeInteger(asset) ? asset : undefined)

const chains = shareByKey<ConversionChain>()

/**
 * The symbols whose prices lead from one asset to another (`ProtoOASymbolsForConversionReq`), and what to do at
 * each. Emits again if the next session has another way. From an asset to itself the chain is empty, and its id is
 * not looked up.
 *
 * Errors with `NoConversion` if there is no way or no such asset, and with the account. Never completes. While the
 * line is down nothing new comes, and a late consumer gets the last value.
 *
 * ```ts
 * conversion(account, 'JPY', 'EUR').subscribe(chain => console.log(chain.map(({ symbolId }) => symbolId)))
 * ```
 */
export const conversion = (
  account: Account,
  from: AssetIdOrName,
  to: AssetIdOrName,
): Observable<ConversionChain> =>
  chains(account, JSON.stringify([from, to]), () =>
    combineLatest([assetIdOf(account, from), assetIdOf(account, to)]).pipe(
      switchMap(([first, last]) =>
        acrossSessions(
          account,
          (_, link) => link,
          link =>
            first === undefined || last === undefined
              ? of(undefined)
              : chainOn(link, account.accountId, first, last),
        ),
      ),
      map(chain => {
        if (!chain) throw new CTraderError({ reason: 'NoConversion', from, to })
        return chain
      }),
      distinctUntilChanged((a, b) => deepEqual(a, b)),
    ),
  )
