import { distinctUntilChanged, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { deepEqual } from '../../util/deepEqual'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAAsset, ProtoOAAssetClass, ProtoOASymbolCategory } from '../../protocol/messages/symbols'
import type { Account } from '../../session/account'
import { retryOnLink } from '../sharing/persist'
import { acrossSessions, perSession } from '../sharing/perSession'
import { cachedRequest } from '../sharing/cachedRequest'
import { shareByKey } from '../sharing/shareByKey'

/** A list that is requested once per session. Emitted again if the next session has a different one. */
const listed = <T>(
  ask: (link: Link, accountId: number) => Observable<readonly T[]>,
): ((account: Account) => Observable<readonly T[]>) => {
  const listsOn = perSession((link, accountId, over$) =>
    cachedRequest<'list', readonly T[]>(() => retryOnLink(link, () => ask(link, accountId)), over$),
  )
  const shared = shareByKey<readonly T[]>()
  return account =>
    shared(account, 'list', () =>
      acrossSessions(account, listsOn, lists => lists.of('list')).pipe(
        distinctUntilChanged((a, b) => deepEqual(a, b)),
      ),
    )
}

/**
 * The assets of an account (`ProtoOAAssetListReq`): currencies and other things that symbols are made of. Emits at
 * once if they are known, and again if they differ after a lost line. While the line is down nothing new comes, and
 * a late consumer gets the last value. Errors with the account; never completes.
 *
 * ```ts
 * assets(account).subscribe(list => console.log(list.map(({ assetId, name }) => `${assetId} ${name}`)))
 * ```
 */
export const assets: (account: Account) => Observable<readonly ProtoOAAsset[]> = listed(
  (link, ctidTraderAccountId) =>
    link
      .request(PayloadType.PROTO_OA_ASSET_LIST_REQ, { ctidTraderAccountId })
      .pipe(map(({ asset = [] }) => asset)),
)

/**
 * The asset classes, such as Forex or Metals (`ProtoOAAssetClassListReq`). Emits as `assets` does. Errors with the
 * account; never completes.
 *
 * ```ts
 * assetClasses(account).subscribe(list => console.log(list.map(({ name }) => name)))
 * ```
 */
export const assetClasses: (account: Account) => Observable<readonly ProtoOAAssetClass[]> = listed(
  (link, ctidTraderAccountId) =>
    link
      .request(PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ, { ctidTraderAccountId })
      .pipe(map(({ assetClass = [] }) => assetClass)),
)

/**
 * The groups of symbols within the asset classes (`ProtoOASymbolCategoryListReq`). A symbol has a
 * `symbolCategoryId`. Emits as `assets` does. Errors with the account; never completes.
 *
 * ```ts
 * symbolCategories(account).subscribe(list => console.log(list.map(({ name }) => name)))
 * ```
 */
export const symbolCategories: (account: Account) => Observable<readonly ProtoOASymbolCategory[]> = listed(
  (link, ctidTraderAccountId) =>
    link
      .request(PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ, { ctidTraderAccountId })
      .pipe(map(({ symbolCategory = [] }) => symbolCategory)),
)
