import { defer, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { toWireBar } from '../../protocol/wireBar'
import type { WireBar } from '../../protocol/wireBar'
import { pageBackwards } from '../history/pageBackwards'
import { retryOnLink } from '../sharing/persist'

/** Which bars. */
export interface BarsOf {
  readonly ctidTraderAccountId: number
  readonly symbolId: number
  readonly period: ProtoOATrendbarPeriod
}

/** The last `count` bars, or those since an opening, in ms since the epoch. */
export type Wanted = { readonly count: number } | { readonly from: number }

const timeOf = ({ timestamp }: WireBar): number => timestamp

/** The largest number of bars that the live server was seen to give in one answer. */
const MOST = 5_000

/**
 * The bars of history up to now, answer by answer, the newest answer first. Within an answer the oldest bar is
 * first. Completes when all are there.
 *
 * The server gives the newest bars of a range. So the first request ends at the server's own now, and includes the
 * forming bar. An answer may have one bar less than `count`; the next answer shows whether there are more. Errors
 * with `InvalidAnswer` if the answers do not go back in time.
 */
export const recentBars = (link: Link, bars: BarsOf, wanted: Wanted): Observable<readonly WireBar[]> =>
  defer(() => {
    let known = 0
    const byCount = 'count' in wanted
    const isAll = (oldest: number): boolean => (byCount ? known >= wanted.count : oldest <= wanted.from)

    return pageBackwards<WireBar>(
      {
        payloadType: PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
        timeOf,
        idOf: timeOf,
        cut: 'older',
        hasOnePerTime: true,
        byCount,
        ask: window =>
          retryOnLink(link, () =>
            link.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, {
              ...bars,
              ...(byCount && { count: Math.min(MOST, wanted.count - known + 1) }),
              ...window,
            }),
          ).pipe(
            map(({ trendbar = [] }) => {
              const rows = trendbar.flatMap(bar => toWireBar(bar) ?? [])
              known += rows.length
              const [first] = rows
              return { rows, hasMore: first !== undefined && !isAll(first.timestamp) }
            }),
          ),
      },
      byCount ? {} : { fromTimestamp: wanted.from },
    )
  })
