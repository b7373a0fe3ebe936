import type { Observable } from 'rxjs'
import {
  Subject,
  concatMap,
  defer,
  finalize,
  map,
  of,
  retry,
  share,
  switchMap,
  take,
  tap,
  throwError,
} from 'rxjs'
import { asOpenLink } from '../../../connection/link'
import { hasReason } from '../../../errors'
import { PayloadType } from '../../../protocol/payloadType'
import { messageRow } from '../../../protocol/table'
import type { RequestType } from '../../../protocol/table'
import { isSessionLost } from '../../../session/authentication/auth'
import { createCache } from './cache'
import type { TextCache } from './cache'
import { isClosedHistory } from './history'
import type { OwnedAccount } from '../session/ownedAccount'

/** A request that is no order, for one account. */
export interface Query {
  readonly user: string
  readonly payloadType: RequestType
  readonly payload: object
  /** An answer that was asked for before this stamp does not count. */
  readonly since: number
}

/** The answer to a query. Cold: each subscription asks, or shares what others have asked. */
export type AskQuery = (query: Query) => Observable<object>

/** What seldom changes, and is reported by an event if it does. */
const KEPT: ReadonlySet<RequestType> = new Set<RequestType>([
  PayloadType.PROTO_OA_ASSET_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOLS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ,
  PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ,
  PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ,
  PayloadType.PROTO_OA_GET_DYNAMIC_LEVERAGE_REQ,
])

/**
 * How much of that is kept for an account, in characters of the questions and answers. All symbols of a broker need some
 * millions, and there are more lists of symbols than one can keep.
 */
const KEPT_CAPACITY = 8_000_000

const MAX_TRIES = 3

interface Flight {
  readonly stamp: number
  readonly events: number
  readonly answer$: Observable<object>
  readonly landed$: Subject<void>
}

const isAnswerLost = (error: unknown): boolean =>
  (hasReason(error, 'ConnectionLost') && error.sent) || isSessionLost(error)

/** Sends a request over the current link, and again over the next one if its answer was lost. */
const createSender =
  (owned: OwnedAccount) =>
  ({ payloadType, payload, user }: Query): Observable<object> =>
    defer(() => owned.ready()).pipe(
      concatMap(link =>
        asOpenLink(link)
          .inFlow(user)
          .request(payloadType, payload as never),
      ),
      take(1),
      map(answer => answer),
      retry({
        count: MAX_TRIES - 1,
        delay: error =>
          messageRow(payloadType)?.repeatable === true && isAnswerLost(error)
            ? of(undefined)
            : throwError(() => error as unknown),
      }),
    )

/** Equal queries that are asked at the same time share a request, if its answer is recent enough for all. */
const createFlights = (owned: OwnedAccount, nextStamp: () => number, send: AskQuery) => {
  const flights = new Map<string, Flight>()

  const launch = (key: string, query: Query): Flight => {
    const landed$ = new Subject<void>()
    const flight: Flight = {
      stamp: nextStamp(),
      events: owned.events(),
      landed$,
      answer$: send(query).pipe(
        finalize(() => {
          if (flights.get(key) === flight) flights.delete(key)
          landed$.next()
        }),
        share(),
      ),
    }
    flights.set(key, flight)
    return flight
  }
  const ask = (key: string, query: Query): Observable<object> =>
    defer(() => {
      const flight = flights.get(key)
      if (!flight) return launch(key, query).answer$
      if (flight.stamp >= query.since && flight.events === owned.events()) return flight.answer$
      return flight.landed$.pipe(
        take(1),
        switchMap(() => ask(key, query)),
      )
    })
  return ask
}

export const createQueries = (
  owned: OwnedAccount,
  { nextStamp, history }: { readonly nextStamp: () => number; readonly history: TextCache },
): { readonly ask: AskQuery; readonly forget: () => void } => {
  const send = createSender(owned)
  const fly = createFlights(owned, nextStamp, send)
  const kept = createCache<object>(KEPT_CAPACITY, (answer, key) => key.length + JSON.stringify(answer).length)
  let generation = 0

  const askOnce = (key: string, query: Query): Observable<object> =>
    defer(() => {
      const known = kept.get(key)
      if (known) return of(known)
      const before = generation
      return fly(key, query).pipe(
        tap(answer => {
          if (before === generation) kept.set(key, answer)
        }),
      )
    })
  const askHistory = (key: string, query: Query): Observable<object> =>
    defer(() => {
      const known = history.get(key)
      if (known !== undefined) return of(JSON.parse(known) as object)
      return fly(key, query).pipe(
        tap(answer => {
          history.set(key, JSON.stringify(answer))
        }),
      )
    })

  return {
    ask: query => {
      const { payloadType, payload } = query
      if (messageRow(payloadType)?.repeatable !== true) return send(query)
      const key = `${payloadType} ${JSON.stringify(payload)}`
      if (KEPT.has(payloadType)) return askOnce(key, query)
      return isClosedHistory(payloadType, payload) ? askHistory(key, query) : fly(key, query)
    },
    forget: () => {
      generation += 1
      kept.clear()
    },
  }
}
