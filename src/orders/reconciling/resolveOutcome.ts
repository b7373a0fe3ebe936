import { EMPTY, catchError, concat, concatMap, defer, from, map, of, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason } from '../../errors'
import type { CTraderError } from '../../errors'
import type { CommandType } from '../../protocol/table'
import type { Account } from '../../session/account'
import type { Tracker, Tracked } from '../tracking/trackNewOrder'
import type { ExecutionReport } from '../tracking/executionReport'
import type { Intended } from '../model/journal'
import type { OrderLife } from '../tracking/orderLife'
import type { OrderUpdate } from '../model/orderUpdate'
import { growingPause } from '../../util/backoff'

/**
 * The server's answer about a command:
 *
 * - `absent`: no sign of it. That is not a proof: it may be on its way, or not in the lists yet
 * - `underway`: not executed yet, or waiting for its price
 * - `late`: something should have followed by now; if it does not come for a while, it never will
 * - `over`: nothing more can come
 * - `unanswered`: no answer, or not all of it
 */
export interface QueriedState {
  readonly state: 'absent' | 'underway' | 'late' | 'over' | 'unanswered'
  readonly reports?: readonly ExecutionReport[]
  /** Set if it is over in a way that no report will tell. */
  readonly update?: OrderUpdate
  /** For `absent`: what was asked, and what there is instead. */
  readonly detail?: string
}

/** What to ask about, and on which link. */
export interface OutcomeQuery<T extends CommandType = CommandType> {
  readonly account: Account
  readonly link: Link
  readonly intended: Intended<T>
  /** What is known of it. */
  readonly life: Pick<OrderLife, 'ids' | 'order' | 'stage'>
}

/** Strategy for one order command: which reports belong to it, and how to query its outcome. */
export interface CommandKind<T extends CommandType = CommandType> {
  readonly payloadType: T
  readonly follow: (intended: Intended<T>) => Tracker
  readonly look: (question: OutcomeQuery<T>) => Observable<QueriedState>
}

const PAUSES = { initial: 1_000, max: 30_000 }

/** When to look up a pending order again after the line is back, in ms. The lists may be behind for a while. */
const LOOKS_AT_RESTING = [5_000, 25_000]

/** How long an expected report may be late, in ms. */
const LATE = 15_000

/** A request that is never sent is never answered. */
const isUnaskable = (error: unknown): boolean => hasReason(error, 'InvalidRequest', 'InvalidOption')

const NOTHING = 'the server does not have it'

/** Any other failure is retried: asking is the only way to find out. */
const unanswered = (error: unknown): Observable<QueriedState> =>
  isUnaskable(error)
    ? throwError(() => error)
    : of({
        state: 'unanswered',
        detail: `the server did not answer: ${error instanceof Error ? error.message : String(error)}`,
      })

export interface Resolving {
  readonly life: OrderLife
  readonly look: () => Observable<QueriedState>
  /** How long there has been no sign of the order, in ms. */
  readonly unseen: () => number
  /** Called when there is a sign of it. */
  readonly onSign: () => void
  /** How long there may be no sign, in ms. */
  readonly horizon: number
  /** The error after that time. */
  readonly notFound: (detail: string) => CTraderError
}

interface Asked {
  /** How often the server was asked since the last news. */
  readonly times: number
  /** How often it was found pending. */
  readonly resting: number
  /** For how many ms a report has been late. */
  readonly lateFor: number
}

/**
 * Asks the server for the outcome of a command, with growing pauses, until it is known or the order waits for its
 * price. Errors if there was no sign of it for longer than the horizon.
 */
export const resolveOutcome = (
  finding: Resolving,
  asked: Asked = { times: 0, resting: 0, lateFor: 0 },
): Observable<Tracked> => {
  const { horizon, life, look, notFound, onSign, unseen } = finding
  const pause = growingPause(asked.times + 1, PAUSES)

  const again = (after: number, change: Partial<Asked> = {}): Observable<Tracked> =>
    timer(after).pipe(
      concatMap(() =>
        life.stage() === 'over'
          ? EMPTY
          : resolveOutcome(finding, { ...asked, times: asked.times + 1, ...change }),
      ),
    )

  /** Nothing new. Ask again until the horizon is over. */
  const inVain = (detail: string): Observable<Tracked> => {
    const left = horizon - unseen()
    return left > 0 ? again(Math.min(pause, left)) : throwError(() => notFound(detail))
  }

  /** Everything that the server has is known: what is missing will not come. */
  const afterLate = ({ detail = NOTHING, reports: reports = [] }: QueriedState): Observable<Tracked> => {
    if (asked.lateFor < LATE) return again(pause, { lateFor: asked.lateFor + pause })
    return concat(
      from(reports).pipe(map(one => life.hear({ ...one, isAll: true }))),
      defer(() => (life.stage() === 'filled' ? of(life.tell([], true)) : inVain(detail))),
    )
  }

  const next = (found: QueriedState): Observable<Tracked> => {
    const { detail = NOTHING, state } = found
    if (life.stage() === 'over') return EMPTY
    if (state === 'over') return of(life.tell(found.update ? [found.update] : [], true))
    if (life.stage() === 'resting') {
      if (state === 'unanswered') return again(pause)
      const rest = LOOKS_AT_RESTING[asked.resting]
      return rest === undefined ? EMPTY : again(rest, { times: 0, resting: asked.resting + 1 })
    }
    if (life.stage() === 'filled' && state === 'unanswered')
      return unseen() < horizon ? again(Math.min(pause, horizon - unseen())) : of(life.tell([], true))
    if (state === 'late' || life.stage() === 'filled') return afterLate(found)
    return state === 'underway' ? again(pause) : inVain(detail)
  }

  return defer(look).pipe(
    take(1),
    catchError(unanswered),
    concatMap(found => {
      // A late report is a sign of the order as long as it may still come.
      if (found.state === 'underway' || (found.state === 'late' && asked.lateFor < LATE)) onSign()
      return concat(
        from((found.reports ?? []).map(life.hear)),
        defer(() => next(found)),
      )
    }),
  )
}
