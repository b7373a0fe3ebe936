import {
  NEVER,
  combineLatest,
  connect,
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  of,
  switchMap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { forEachKey } from '../operators/forEachKey'
import type { Account } from '../session/account'
import { partOf, standing } from './accountState'
import type { Standing } from './accountState'
import { conversion } from './conversion'
import type { ConversionChain } from './conversion'
import { sharedBy } from './shared'
import { spotsOf } from './subscriptions'
import { symbolIn } from './symbolIds'
import { symbols } from './symbols'
import { createValuation } from './valuation'
import type { Valued } from './valuation'

/** How the profits of a symbol become money of the account. */
const chainOf = (account: Account, symbolId: number): Observable<ConversionChain> =>
  combineLatest([
    symbols(account).pipe(
      // Nothing is called '': a symbol that does not say in what it is quoted cannot be converted.
      map(catalogue => symbolIn(catalogue, symbolId).quoteAssetId ?? ''),
      distinctUntilChanged(),
    ),
    partOf(account, 'trader').pipe(
      map(({ depositAssetId }) => depositAssetId),
      distinctUntilChanged(),
    ),
  ]).pipe(switchMap(([quoteAsset, depositAssetId]) => conversion(account, quoteAsset, depositAssetId)))

const symbolIdsOf = ({ state }: Standing): ReadonlySet<number> =>
  new Set([...state.positions.values()].map(({ tradeData }) => tradeData.symbolId))

/** With `undefined` while not all is known, so that a late consumer does not get what was. */
const shared = sharedBy<Valued | undefined>()

/**
 * The open positions of an account with what they are worth, at each quote that concerns one and each change of the
 * account. Silent while anything of it is not known: after a lost line until it is reconciled and quoted anew, and
 * from when a position is opened until its first quote.
 */
export const valued = (account: Account): Observable<Valued> =>
  shared(account, '', () =>
    defer(() => {
      const valuation = createValuation()
      let isCurrent = false

      const hold = (standing: Standing): void => {
        isCurrent = standing.isCurrent
        if (!isCurrent) valuation.forgetQuotes()
        valuation.hold(standing.state)
      }
      const quote = (symbolId: number): Observable<void> =>
        // None of before a lost line, as `spots` would still have while it is down.
        spotsOf(account, symbolId).pipe(
          switchMap(line => line?.quote$ ?? NEVER),
          map(valuation.quote),
        )
      const value = (symbolId: number): Observable<void> =>
        chainOf(account, symbolId).pipe(
          switchMap(chain => {
            valuation.convert(symbolId, chain)
            return merge(of(undefined), quote(symbolId), ...chain.map(step => quote(step.symbolId)))
          }),
        )

      return standing(account).pipe(
        connect(standing$ =>
          merge(standing$.pipe(map(hold)), standing$.pipe(map(symbolIdsOf), forEachKey(value))),
        ),
        map(() => (isCurrent ? valuation.take() : undefined)),
      )
    }),
  ).pipe(filter(known => known !== undefined))
