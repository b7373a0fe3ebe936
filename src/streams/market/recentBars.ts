import { defer, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { toWireBar } from './formingBar'
import type { WireBar } from './formingBar'
import { backwards } from '../history/pageBackwards'
import { answerOn } from '../sharing/live'

/** Of which bars. */
export interface BarsOf {
  readonly ctidTraderAccountId: number
  readonly symbolId: number
  readonly period: ProtoOATrendbarPeriod
}

/** The last so many, or those from an opening on, in ms since the epoch. */
export type Wanted = { readonly count: number } | { readonly from: number }

const timeOf = ({ timestamp }: WireBar): number => timestamp

/** More than the live server has given in one answer nobody has seen. */
const MOST = 5_000

/**
 * The bars of history up to now, answer by answer, the newest first; within each the oldest is the first. Completes
 * when these are all. The server gives the newest of what is asked for, so it is asked from the end, which is now by
 * its own clock, and tells of the forming bar first. It may give one less than `count`; whether that was all it has,
 * the next answer tells. Errors with `InvalidAnswer` where the answers do not lead back.
 */
export const recentBars = (link: Link, bars: BarsOf, wanted: Wanted): Observable<readonly WireBar[]> =>
  defer(() => {
    let known = 0
    const byCount = 'count' in wanted
    const isAll = (oldest: number): boolean => (byCount ? known >= wanted.count : oldest <= wanted.from)

    return backwards<WireBar>(
      {
        payloadType: PayloadType.PROTO_OA_GET_TRENDBARS_REQ,
        timeOf,
        idOf: timeOf,
        cut: 'older',
        hasOnePerTime: true,
        byCount,
        ask: window =>
          answerOn(link, () =>
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
