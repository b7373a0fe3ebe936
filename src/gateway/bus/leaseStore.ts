import { EMPTY, asyncScheduler, catchError, map, merge, mergeMap, of, take, throwError, timer } from 'rxjs'
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
  readonly epoch: number
}

/** A lease that was won, by a write. */
export interface Won {
  readonly holding: Holding
  readonly revision: number
  /** When that write began. */
  readonly begun: number
}

/** The holder renews this many times within the time to live. */
export const RENEWALS = 4

export const readHolding = ({ revision, text }: StoreEntry): Holding => {
  const { holder = '', ttl = 0, epoch = revision } = Object(parseJson(text)) as Partial<Holding>
  return { holder, ttl, epoch }
}

/** Where leases are kept, and what differs between processes. */
export interface LeaseContext {
  readonly store: Store
  readonly clock: LeaseClock
  /** Names that no other holder has had. */
  readonly nextHolder: () => string
}

/** Epochs that only grow. */
export interface Epochs {
  readonly see: (epoch: number) => void
  readonly next: () => number
}

/**
 * Each is larger than those that were seen. A store that has lost its last writes does not show them all, so that each
 * is the time in s at least.
 */
export const createEpochs = (): Epochs => {
  let newest = 0
  return {
    see: epoch => {
      newest = Math.max(newest, epoch)
    },
    next: () => (newest = Math.max(newest + 1, Math.floor(asyncScheduler.now() / 1_000))),
  }
}

export interface Context extends LeaseContext {
  readonly epochs: Epochs
  readonly key: string
  readonly ttl: number
  readonly delay: number
}

/** The longest wait for the store, in ms: also a lease that lives long is taken soon after it was given back. */
const PATIENCE = 3_000

/** How long to wait for the store. A write that is this late is of no use. */
export const patience = ({ ttl }: Pick<Context, 'ttl'>): number => Math.min(ttl / RENEWALS, PATIENCE)

/** Errors as if there were no answer after a while. */
const inTime = <T>(source$: Observable<T>, context: Context): Observable<T> =>
  merge(
    source$,
    context.clock.after(patience(context)).pipe(mergeMap(() => throwError(() => busError('Unanswered')))),
  ).pipe(take(1))

/** What a store has that has lost all it had. To be safe, it counts as if another held the lease. */
const lostEntry = ({ ttl }: Context): StoreEntry => ({
  revision: 0,
  text: JSON.stringify({ holder: 'lost', ttl, epoch: 0 } satisfies Holding),
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

/**
 * Gives a lease back by the revision of its last write. If that is lost, or a renewal came first, it is given back again,
 * until others take it anyway.
 */
export const giveBack = (
  context: Context,
  { holder, ttl, epoch }: Holding,
  after: number,
): Observable<unknown> => {
  const { clock } = context
  const freeAt = clock.now() + ttl
  const attempt = (last: number): Observable<unknown> =>
    write(context, { holder: '', ttl, epoch }, last).pipe(
      mergeMap(({ found }) => {
        if (!found || readHolding(found).holder !== holder || clock.now() >= freeAt) return EMPTY
        const wait$ = found.revision === last ? clock.after(patience(context)) : of(undefined)
        return wait$.pipe(mergeMap(() => attempt(found.revision)))
      }),
    )
  return attempt(after)
}
