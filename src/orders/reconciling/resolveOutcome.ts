import { EMPTY, catchError, concat, concatMap, defer, from, map, of, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { hasReason, errorMessage } from '../../errors'
import { growingPause } from '../../util/backoff'
import type { OrderUpdate } from '../model/orderUpdate'
import type { OrderLife, Stage } from '../tracking/orderLife'
import type { Tracked } from '../tracking/tracker'
import type { QueriedState } from './outcomeQuery'
import type { Search } from './search'

const PAUSES = { initial: 1_000, max: 30_000 }

/** When to look up a pending order again after the line is back, in ms. The lists may be behind for a while. */
const LOOKS_AT_RESTING = [5_000, 25_000]

/** How long an expected report may be late, in ms. */
const LATE = 15_000

/**
 * What follows an answer:
 *
 * - `done`: its reports have told the end
 * - `end`: nothing more can come
 * - `again`: ask again after a pause
 * - `rest`: it waits for its price: look a few times more, then leave it to events
 * - `seek`: no sign of it: ask again until the search has gone on for too long
 * - `seekProtections`: the same, but then it is over, because only its protections are unknown
 * - `awaitLate`: ask again for a while; after that, what is missing will not come
 */
export type Step = 'done' | 'end' | 'again' | 'rest' | 'seek' | 'seekProtections' | 'awaitLate'

/** The step after an answer, once its reports are applied. */
export const nextStep = (stage: Stage, answer: QueriedState['state']): Step => {
  if (stage === 'over') return 'done'
  if (answer === 'over') return 'end'
  if (stage === 'resting') return answer === 'unanswered' ? 'again' : 'rest'
  if (stage === 'filled') return answer === 'unanswered' ? 'seekProtections' : 'awaitLate'
  if (answer === 'late') return 'awaitLate'
  return answer === 'underway' ? 'again' : 'seek'
}

/** A request that is never sent is never answered. Any other failure is retried: asking is the only way to find out. */
const unanswered = (error: unknown): Observable<QueriedState> =>
  hasReason(error, 'InvalidRequest', 'InvalidOption')
    ? throwError(() => error)
    : of({ state: 'unanswered', detail: `the server did not answer: ${errorMessage(error)}` })

export interface Resolving {
  readonly life: OrderLife
  readonly query: () => Observable<QueriedState>
  readonly search: Search
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
  resolving: Resolving,
  asked: Asked = { times: 0, resting: 0, lateFor: 0 },
): Observable<Tracked> => {
  const { life, query, search } = resolving
  const pause = growingPause(asked.times + 1, PAUSES)
  const isPatient = asked.lateFor < LATE

  const again = (after: number, change: Partial<Asked> = {}): Observable<Tracked> =>
    timer(after).pipe(
      concatMap(() =>
        life.state().stage === 'over'
          ? EMPTY
          : resolveOutcome(resolving, { ...asked, times: asked.times + 1, ...change }),
      ),
    )
  const seek = (atLast: () => Observable<Tracked>): Observable<Tracked> => {
    const left = search.left()
    return left > 0 ? again(Math.min(pause, left)) : atLast()
  }
  const end = (...updates: readonly OrderUpdate[]): Observable<Tracked> => of(life.tell(updates, true))

  const proceed = ({
    state,
    reports = [],
    update,
    detail = 'the server does not have it',
  }: QueriedState): Observable<Tracked> => {
    const notFound = (): Observable<never> => throwError(() => search.notFound(detail, life.state().cause))
    switch (nextStep(life.state().stage, state)) {
      case 'done':
        return EMPTY
      case 'end':
        return update ? end(update) : end()
      case 'again':
        return again(pause)
      case 'rest': {
        const rest = LOOKS_AT_RESTING[asked.resting]
        return rest === undefined ? EMPTY : again(rest, { times: 0, resting: asked.resting + 1 })
      }
      case 'seek':
        return seek(notFound)
      case 'seekProtections':
        return seek(end)
      case 'awaitLate':
        if (isPatient) return again(pause, { lateFor: asked.lateFor + pause })
        return concat(
          from(reports).pipe(map(one => life.hear({ ...one, isAll: true }))),
          defer(() => (life.state().stage === 'filled' ? end() : seek(notFound))),
        )
    }
  }

  return defer(query).pipe(
    take(1),
    catchError(unanswered),
    concatMap(found => {
      // A late report is a sign of the order as long as it may still come.
      if (found.state === 'underway' || (found.state === 'late' && isPatient)) search.seen()
      return concat(
        from((found.reports ?? []).map(life.hear)),
        defer(() => proceed(found)),
      )
    }),
  )
}
