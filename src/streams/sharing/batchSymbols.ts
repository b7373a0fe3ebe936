import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { oncePer } from '../../util/oncePer'
import { batchByTurn } from './batchByTurn'

/** Does something for one symbol on a link, and completes when it is done. */
export type ForSymbol = (link: Link, symbolId: number) => Observable<unknown>

/**
 * Joins the requests of one turn on the same link into one, for all their symbols.
 *
 * ```ts
 * const subscribe = batchSymbols((link, symbolId) =>
 *   link.request(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId: accountId, symbolId: [...symbolId] }),
 * )
 * merge(subscribe(link, 1), subscribe(link, 2)) // is one request
 * ```
 */
export const batchSymbols = (
  request: (link: Link, symbolIds: readonly number[]) => Observable<unknown>,
): ForSymbol => {
  const on = oncePer((link: Link) => batchByTurn((symbolIds: readonly number[]) => request(link, symbolIds)))
  return (link, symbolId) => on(link)(symbolId)
}
