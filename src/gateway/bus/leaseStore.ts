import { catchError, map, merge, mergeMap, of, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../clock'
import { parseJson } from '../../util/parseJson'
import { busError } from './bus'
import type { Store, StoreEntry } from './store'

/** The monotonic clock of a process, in ms. */
export interface LeaseClock {
  readonly now: () => number
  /** Emits once after so many ms on this clock. */
  readonly after: (ms: number) => Observable<unknown>
}

export const monotonicClock: LeaseClock = { now: monotonicNow, after: ms => timer(ms) }

/** What is written where the lease is kept. */
export interface Holding {
  /** Who holds it. Empty after it was given back. */
  readonly holder: string
  readonly ttl: number
}

/** A lease that was won, by a write. */
export interface Won {
  readonly holding: Holding
  readonly revision: number
  /** Larger than all revisions that were seen before. */
  readonly epoch: number
  /** When that write began. */
  readonly begun: number
}

/** The holder renews this many times within the time to live. */
export const RENEWALS = 4

export const readHolding = ({ text }: StoreEntry): Holding => {
  const { holder = '', ttl = 0 } = Object(parseJson(text)) as Partial<Holding>
  return { holder, ttl }
}

/** Where leases are kept, and what differs between processes. */
export interface LeaseContext {
  readonly store: Store
  readonly clock: LeaseClock
  /** Names that no other holder has had. */
  readonly nextHolder: () => string
}

/** Epochs that only grow, though a store that has lost its last writes gives their revisions again. */
export interface Epochs {
  readonly see: (revision: number) => void
  /** That of a lease that was won by a write. */
  readonly next: (revision: number) => number
}

export const createEpochs = (): Epochs => {
  let newest = 0
  const see = (revision: number): void => {
    newest = Math.max(newest, revision)
  }
  return {
    see,
    next: revision => {
      see(Math.max(revision, newest + 1))
      return newest
    },
  }
}

export interface Context extends LeaseContext {
  readonly epochs: Epochs
  readonly key: string
  readonly ttl: number
  readonly delay: number
}

/** Errors as if there were no answer after a while. A write that is this late is of no use. */
const inTime = <T>(source$: Observable<T>, { clock, ttl }: Context): Observable<T> =>
  merge(
    source$,
    clock.after(ttl / RENEWALS).pipe(mergeMap(() => throwError(() => busError('Unanswered')))),
  ).pipe(take(1))

/** What a store has that has lost all it had. To be safe, it counts as if another held the lease. */
const lostEntry = ({ ttl }: Context): StoreEntry => ({
  revision: 0,
  text: JSON.stringify({ holder: 'lost', ttl } satisfies Holding),
})

/** The revision of a write, or else what is there instead, if that can be found out. */
export interface Written {
  readonly revision?: number
  readonly found?: StoreEntry
}

/** Writes once. */
export const write = (context: Context, holding: Holding, after: number): Observable<Written> => {
  const { store, key } = context
  return inTime(store.put(key, JSON.stringify(holding), after), context).pipe(
    map(revision => ({ revision })),
    catchError(() =>
      inTime(store.get(key), context).pipe(
        map(found => ({ found: found ?? lostEntry(context) })),
        catchError(() => of({})),
      ),
    ),
  )
}
