import { EMPTY, catchError, concat, concatMap, defer, from, map, of, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { hasReason } from '../../errors'
import type { CTraderError } from '../../errors'
import type { CommandType } from '../../protocol/table'
import type { Account } from '../../session/account'
import type { Tracker, Tracked } from '../tracking/trackNewOrder'
import type { ExecutionReport } from '../tracking/executionReport'
import type { Intent } from '../model/journal'
import type { OrderLife } from '../tracking/orderLife'
import type { OrderUpdate } from '../model/orderUpdate'

/**
 * What the server shows of a command when it is asked:
 *
 * - `absent`: no sign of it. That is evidence and no proof: it may be on its way, or not in the lists yet
 * - `underway`: what it is to do at once is not done yet, or it waits for its price
 * - `late`: something should have followed by now; if it has not after a while, it will not
 * - `over`: nothing more can come of it
 * - `unanswered`: it did not say, or not all
 */
export interface QueriedState {
  readonly state: 'absent' | 'underway' | 'late' | 'over' | 'unanswered'
  readonly reports?: readonly ExecutionReport[]
  /** Where it is over in a way of which nothing can be heard any more. */
  readonly update?: OrderUpdate
  /** What was asked, and what there is instead, where it is absent. */
  readonly detail?: string
}

/** What is asked about, and on which link. */
export interface OutcomeQuery<T extends CommandType = CommandType> {
  readonly account: Account
  readonly link: Link
  readonly intended: Intent<T>
  /** What is known of it. */
  readonly life: Pick<OrderLife, 'ids' | 'order' | 'stage'>
}

/** One of the five order commands: which of what is heard is its own, and how it is found out what became of it. */
export interface CommandKind<T extends CommandType = CommandType> {
  readonly payloadType: T
  readonly follow: (intended: Intent<T>) => Tracker
  readonly look: (question: OutcomeQuery<T>) => Observable<QueriedState>
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 30_000

/** What waits for its price is looked up again so many ms after the line is back: lists may be behind for a while. */
const LOOKS_AT_RESTING = [5_000, 25_000]

/** How long what should have followed may be late, in ms. */
const LATE = 15_000

/** What never leaves is never answered. */
const isUnaskable = (error: unknown): boolean => hasReason(error, 'InvalidRequest', 'InvalidOption')

const NOTHING = 'the server does not have it'

/** A question that is not answered is asked again, however it is refused: there is no other way to find it out. */
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
  /** How long there has been no sign of it, in ms. */
  readonly unseen: () => number
  /** There is a sign of it. */
  readonly onSign: () => void
  /** How long there may be none, in ms. */
  readonly horizon: number
  /** What is said where there was none for so long. */
  readonly notFound: (detail: string) => CTraderError
}

interface Asked {
  /** How often, since there was something new. */
  readonly times: number
  /** How often it was answered that it waits for its price. */
  readonly resting: number
  /** For how many ms something is late. */
  readonly lateFor: number
}

/**
 * Asks the server what became of a command, with growing pauses, until that is known or a matter of waiting for a
 * price. Errors where there was no sign of it for longer than the horizon.
 */
export const resolveOutcome = (
  finding: Resolving,
  asked: Asked = { times: 0, resting: 0, lateFor: 0 },
): Observable<Tracked> => {
  const { horizon, life, look, notFound, onSign, unseen } = finding
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** asked.times)

  const again = (after: number, change: Partial<Asked> = {}): Observable<Tracked> =>
    timer(after).pipe(
      concatMap(() =>
        life.stage() === 'over'
          ? EMPTY
          : resolveOutcome(finding, { ...asked, times: asked.times + 1, ...change }),
      ),
    )

  /** Nothing of it is known better than before, and that not for ever. */
  const inVain = (detail: string): Observable<Tracked> => {
    const left = horizon - unseen()
    return left > 0 ? again(Math.min(pause, left)) : throwError(() => notFound(detail))
  }

  /** Where the server has no more to tell, what is missing will not come. */
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
      // What is late is a sign of it as long as something may follow.
      if (found.state === 'underway' || (found.state === 'late' && asked.lateFor < LATE)) onSign()
      return concat(
        from((found.reports ?? []).map(life.hear)),
        defer(() => next(found)),
      )
    }),
  )
}
