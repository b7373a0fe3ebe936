import {
  EMPTY,
  Observable,
  Subject,
  distinctUntilChanged,
  filter,
  merge,
  mergeMap,
  repeat,
  startWith,
  switchMap,
  take,
  tap,
} from 'rxjs'
import { giveBack, patience, readHolding, write } from './leaseStore'
import type { Context, Won } from './leaseStore'
import type { StoreEntry } from './store'

/** How long after it was seen a lease is free. The clock of its holder does not count. */
const freeAfter = ({ ttl, delay }: Context, entry: StoreEntry | undefined): number => {
  const known = entry && readHolding(entry)
  return known && known.holder !== '' ? Math.max(known.ttl, ttl) + delay : delay
}

/** Waits until the lease is free, and takes it. Emits once. */
export const winLease = (context: Context): Observable<Won> => {
  const { store, clock, epochs, key, ttl, nextHolder } = context
  const found$ = new Subject<StoreEntry>()
  let writing: string | undefined
  /** Each write has a name of its own. So an earlier one that comes late counts as another's. */
  const attempt = (entry: StoreEntry | undefined): Observable<Won> =>
    new Observable(subscriber => {
      const holding = { holder: nextHolder(), ttl, epoch: epochs.next() }
      writing = holding.holder
      const begun = clock.now()
      // It goes on if it is given up meanwhile: all would wait for a lease that was won and is not held.
      write(context, holding, entry?.revision ?? 0)
        .pipe(
          mergeMap(({ revision: written, found }) => {
            // The answer to a write can be lost: it counts all the same.
            const isWon = found && readHolding(found).holder === holding.holder
            const revision = written ?? (isWon ? found.revision : undefined)
            if (revision !== undefined && subscriber.closed) return giveBack(context, holding, revision)
            if (revision !== undefined) subscriber.next({ holding, revision, begun })
            else if (found) found$.next(found)
            return EMPTY
          }),
        )
        .subscribe({
          complete: () => {
            subscriber.complete()
          },
        })
    })

  // What was not known counts also if it is older: the store may have lost its last writes.
  return merge(store.watch(key), found$).pipe(
    // One's own write is known by its answer.
    filter(entry => readHolding(entry).holder !== writing),
    tap(entry => {
      epochs.see(readHolding(entry).epoch)
    }),
    startWith(undefined),
    distinctUntilChanged((one, other) => one?.revision === other?.revision && one?.text === other?.text),
    switchMap(entry =>
      clock.after(freeAfter(context, entry)).pipe(
        switchMap(() => attempt(entry)),
        repeat({ delay: () => clock.after(patience(context)) }),
      ),
    ),
    take(1),
  )
}
