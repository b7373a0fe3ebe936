import {
  EMPTY,
  Observable,
  Subject,
  catchError,
  concat,
  concatMap,
  defer,
  endWith,
  exhaustMap,
  filter,
  map,
  merge,
  of,
  share,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { Link } from '../connection/link'
import { CTraderError, asCTraderError } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import type { CommandType } from '../protocol/table'
import { messagesOf } from '../session/accountMessages'
import type { Account } from '../session/account'
import type { Departure } from './departure'
import { findingOut } from './finding'
import type { Kind } from './finding'
import type { Followed } from './follow'
import { heardIn } from './heard'
import type { Heard } from './heard'
import { settle } from './journal'
import type { Intended, Settled } from './journal'
import { linesOf } from './lines'
import type { OrderSettings } from './options'
import { isResting } from './resting'
import type { OrderUpdate } from './update'

/** How long nothing may be heard of what is to be done at once before the server is asked about it, in ms. */
const SILENCE = 10_000

/** The server has passed it on, and was not told what became of it: it may have been done. */
const GAVE_UP = 'TIMEOUT_ERROR'

type Ids = Pick<OrderUpdate, 'clientOrderId' | 'orderId' | 'positionId'>

const idsOf = ({ clientOrderId, orderId, positionId }: Ids): Ids => ({
  ...(clientOrderId !== undefined && { clientOrderId }),
  ...(orderId !== undefined && { orderId }),
  ...(positionId !== undefined && { positionId }),
})

const isNotSent = (error: unknown): boolean => error instanceof CTraderError && error.reason === 'NotSent'

/** A refusal of the request of this id, whichever message carries it. */
const refusalsOn = (link: Link, id: string): Observable<unknown> =>
  merge(
    link.on(PayloadType.PROTO_OA_ORDER_ERROR_EVENT),
    link.on(PayloadType.PROTO_OA_ERROR_RES),
    link.on(PayloadType.ERROR_RES),
  ).pipe(filter(({ clientMsgId }) => clientMsgId === id))

/**
 * What becomes of a command that leaves this moment, or has left before, if it has: what is heard of it, and where
 * the line was lost or nothing is heard, what the server says when it is asked. Completes at its end, when that is
 * written down; errors with `NotSent` where it never came, and with the account.
 */
export const pursuing = <T extends CommandType>(
  account: Account,
  kind: Kind<T>,
  intended: Intended<T>,
  { journal, grace }: OrderSettings,
  departure?: Departure<T>,
): Observable<OrderUpdate> =>
  new Observable(subscriber => {
    const follow = kind.follow(intended)
    const doubt$ = new Subject<undefined>()
    let ids = idsOf(intended.payload)
    let last: OrderUpdate | undefined
    let outcome: Settled['outcome'] = 'sent'
    let listening: Link | undefined
    let isEnded = false

    const isOpen = (): boolean => last === undefined || !isResting(last)
    const told = (followed: Followed): Followed => {
      for (const update of followed.updates) {
        last = update
        outcome = update.status
        ids = { ...ids, ...idsOf(update) }
      }
      return followed
    }
    const hear = (heard: Heard): Followed => told(follow(heard))
    const say = (update: OrderUpdate, isOver = false): Observable<Followed> =>
      of(told({ updates: [update], isOver }))
    /** Of what is filled only the protections can be in doubt. */
    const doubt = (cause: CTraderError): Observable<Followed> =>
      isOpen() && last?.status !== 'outcomeUnknown' && last?.status !== 'filled'
        ? say({ status: 'outcomeUnknown', cause, ...ids })
        : EMPTY

    const heardOn = (link: Link): Observable<Followed> =>
      messagesOf(link, account.accountId, PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
        map(message => hear(heardIn(message))),
        filter(({ updates, isOver }) => updates.length > 0 || isOver),
      )

    /** Listens before it asks: what happens meanwhile is heard. */
    const on = (link: Link): Observable<Followed> => {
      const wasLost = listening !== undefined || link !== departure?.link
      listening = link
      // What is heard while the server is asked counts, too.
      const question = {
        account,
        link,
        intended,
        get orderId() {
          return ids.orderId
        },
      }
      const look = () => kind.look(question)
      const news$ = heardOn(link).pipe(share())
      return merge(
        news$,
        merge(
          wasLost ? of(undefined) : EMPTY,
          doubt$,
          news$.pipe(
            startWith(undefined),
            switchMap(() => (isOpen() ? timer(SILENCE) : EMPTY)),
          ),
        ).pipe(exhaustMap(() => findingOut({ id: intended.id, grace, look, hear, isOpen }))),
      )
    }

    const replied = (error: unknown): Observable<Followed> => {
      const cause = asCTraderError(error)
      if (cause.reason === 'Refused' && cause.errorCode !== GAVE_UP) {
        const { errorCode, description } = cause
        return say(
          { status: 'rejected', errorCode, ...(description !== undefined && { description }), ...ids },
          true,
        )
      }
      return concat(
        doubt(cause),
        defer(() => {
          doubt$.next(undefined)
          return EMPTY
        }),
      )
    }

    const ended = (): Observable<never> => {
      isEnded = true
      return settle(journal, intended, outcome)
    }

    subscriber.add(() => {
      if (isEnded || !listening) return
      // Nobody is told any more, but what is heard as long as others keep the line is still written down.
      merge(
        heardOn(listening).pipe(filter(({ isOver }) => isOver)),
        refusalsOn(listening, intended.id).pipe(
          tap(() => {
            outcome = 'rejected'
          }),
        ),
      )
        .pipe(take(1), switchMap(ended))
        .subscribe()
    })
    merge(
      linesOf(account).pipe(
        switchMap(line => ('lost' in line ? defer(() => doubt(line.lost)) : on(line.link))),
      ),
      departure
        ? concat(say({ status: 'sent', ...ids }), departure.reply$).pipe(
            catchError((error: unknown) => replied(error)),
          )
        : EMPTY,
    )
      .pipe(
        takeWhile(({ isOver }) => !isOver, true),
        tap(told),
        concatMap(({ updates }) => updates),
        endWith(undefined),
        concatMap(update => (update ? of(update) : ended())),
        catchError((error: unknown) => {
          if (isNotSent(error)) outcome = 'notSent'
          return concat(
            isNotSent(error) ? ended() : EMPTY,
            throwError(() => error),
          )
        }),
      )
      .subscribe(subscriber)
  })
