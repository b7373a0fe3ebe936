import { AsyncSubject, Observable, Subscription, defer, expand, map, of, switchMap } from 'rxjs'
import type { Lease } from './bus'
import { RENEWALS, giveBack, readHolding, write } from './leaseStore'
import type { Context, Won } from './leaseStore'
import type { StoreEntry } from './store'

/** After a failure it tries again in this part of the time to live. */
const RETRIES = 16
/**
 * The holder is sure for this part of the time to live. Then it is over before another one takes the lease, also if
 * the holder's clock goes at 0.9 and the other's at 1.1: 0.8 / 0.9 is less than 1 / 1.1.
 */
const SURE = 0.8

/** Holds a lease until it is lost, and gives it back when unsubscribed. Emits once, and completes when it is lost. */
export const holdLease = (context: Context, { holding, revision: first, begun }: Won): Observable<Lease> =>
  new Observable(subscriber => {
    const { store, clock, key, ttl } = context
    const { holder, epoch } = holding
    const lost$ = new AsyncSubject<void>()
    const life = new Subscription()
    let revision = first
    let sureUntil = -Infinity
    let end = Subscription.EMPTY

    const isMine = (entry: StoreEntry): boolean => readHolding(entry).holder === holder
    const lose = (): void => {
      life.unsubscribe()
      lost$.next()
      lost$.complete()
      subscriber.complete()
    }
    const extend = (from: number): void => {
      sureUntil = from + SURE * ttl
      life.remove(end)
      end.unsubscribe()
      end = clock.after(Math.max(from + ttl - clock.now(), 0)).subscribe(lose)
      life.add(end)
    }
    const onSeen = (entry: StoreEntry): void => {
      if (entry.revision < revision) return
      // An own renewal without an answer came through. When that was is not known, so it makes nothing sure.
      if (isMine(entry)) revision = entry.revision
      else lose()
    }
    /** What is there instead of the last write. It may be an earlier one: the store may have lost the last ones. */
    const onFound = (entry: StoreEntry): void => {
      if (isMine(entry)) revision = entry.revision
      else lose()
    }
    /** Emits whether it worked. Only by the revision of its own last write, or a lease could be stolen back. */
    const renew = (): Observable<boolean> =>
      defer(() => {
        const from = clock.now()
        return write(context, holding, revision).pipe(
          map(({ revision: written, found }) => {
            if (written !== undefined) {
              revision = written
              extend(from)
            } else if (found) onFound(found)
            return written !== undefined
          }),
        )
      })
    subscriber.add(() => {
      if (life.closed) return
      lose()
      giveBack(context, holding, revision).subscribe()
    })
    extend(begun)
    life.add(store.watch(key).subscribe(onSeen))
    life.add(
      of(true)
        .pipe(
          expand(isRenewed => clock.after(isRenewed ? ttl / RENEWALS : ttl / RETRIES).pipe(switchMap(renew))),
        )
        .subscribe(),
    )
    subscriber.next({
      epoch,
      isSure: (ahead = 0) => !life.closed && clock.now() + ahead < sureUntil,
      lost$: lost$.asObservable(),
    })
  })
