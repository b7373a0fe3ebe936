import { EMPTY, concat, concatMap, defer, from, of, retry, switchMap, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError } from '../errors'
import type { CommandType } from '../protocol/table'
import type { Account } from '../session/account'
import { notSent } from './departure'
import type { Follow, Followed } from './follow'
import type { Heard } from './heard'
import type { Intended } from './journal'
import type { OrderUpdate } from './update'

/**
 * What the server shows of a command when it is asked:
 *
 * - `absent`: no sign of it; if that is so again after the time of grace, it never came
 * - `underway`: what it is to do at once is not done yet, or it waits for its price
 * - `late`: something should have followed by now; if it has not after the time of grace, it will not
 * - `over`: nothing more can come of it
 */
export interface Found {
  readonly state: 'absent' | 'underway' | 'late' | 'over'
  readonly heard?: readonly Heard[]
  /** Where it is over in a way of which nothing can be heard any more. */
  readonly update?: OrderUpdate
  /** What there is instead, where it is absent. */
  readonly detail?: string
}

/** What is asked about: on which link, and the id of the order it made, if it is known. */
export interface Question<T extends CommandType = CommandType> {
  readonly account: Account
  readonly link: Link
  readonly intended: Intended<T>
  readonly orderId?: number | undefined
}

/** One of the five order commands: which of what is heard is its own, and how it is found out what became of it. */
export interface Kind<T extends CommandType = CommandType> {
  readonly payloadType: T
  readonly follow: (intended: Intended<T>) => Follow
  readonly look: (question: Question<T>) => Observable<Found>
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 30_000

/** What never leaves is never answered. */
const isUnaskable = (error: unknown): boolean =>
  error instanceof CTraderError && (error.reason === 'InvalidRequest' || error.reason === 'InvalidOption')

/** However it is refused: there is no other way to find it out. */
const untilAnswered = <T>(ask: () => Observable<T>): Observable<T> =>
  defer(ask).pipe(
    retry({
      delay: (error: unknown, tries) =>
        isUnaskable(error)
          ? throwError(() => error)
          : timer(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1))),
    }),
  )

export interface Finding {
  readonly id: string
  readonly grace: number
  readonly look: () => Observable<Found>
  readonly hear: (heard: Heard) => Followed
  /** Whether its outcome is neither known nor a matter of waiting for a price. */
  readonly isOpen: () => boolean
}

const NOTHING = 'the server was asked, and shows nothing of it'

/** Asks the server what became of a command, until that is known or a matter of waiting for a price. */
export const findingOut = (
  { id, grace, look, hear, isOpen }: Finding,
  before?: Found['state'],
): Observable<Followed> =>
  untilAnswered(look).pipe(
    concatMap(({ state, heard = [], update, detail = NOTHING }) => {
      const isOver = state === 'over' || (state === 'late' && before === state)
      const isAbsent = state === 'absent' && before === state
      const next$ = isOver
        ? of({ updates: update ? [update] : [], isOver })
        : isAbsent
          ? throwError(() => notSent(id, detail))
          : defer(() => (isOpen() ? timer(grace) : EMPTY)).pipe(
              switchMap(() => (isOpen() ? findingOut({ id, grace, look, hear, isOpen }, state) : EMPTY)),
            )
      return concat(from(heard.map(hear)), next$)
    }),
  )
