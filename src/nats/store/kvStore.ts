import type { JetStreamClient } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { KV, KvEntry } from '@nats-io/kv'
import {
  Observable,
  catchError,
  concatAll,
  concatMap,
  defer,
  filter,
  from,
  map,
  merge,
  repeat,
  retry,
  switchMap,
  throwError,
} from 'rxjs'
import { busError } from '../../gateway/bus/bus'
import type { Store, StoreEntry } from '../../gateway/bus/store'
import { toBusError } from '../connection/busErrors'
import type { ConnectionState } from '../connection/connectionState'
import { lazily } from './lazily'

/** How long a watch that has ended waits before it begins again, in ms. */
const PAUSE = 1_000

const toEntry = (entry: KvEntry): StoreEntry => ({ revision: entry.revision, text: entry.string() })

/** The changes that a watch has, until it ends. It is stopped when unsubscribed, also while it begins. */
const changes = (kv: KV, key: string): Observable<KvEntry> =>
  new Observable(subscriber => {
    const begun = kv.watch({ key })
    subscriber.add(() => {
      begun.then(
        watch => {
          watch.stop()
        },
        () => undefined,
      )
    })
    subscriber.add(from(begun).pipe(concatAll()).subscribe(subscriber))
  })

/** A store in a bucket. If there is none of this name, it is made. */
export const kvStore = (
  js: JetStreamClient,
  { isUp, state$ }: ConnectionState,
  { bucket, replicas }: { readonly bucket: string; readonly replicas: number },
): Store => {
  // A read goes to the leader of the bucket, as others may be behind.
  const kv$ = lazily(() => new Kvm(js).create(bucket, { history: 1, replicas, allow_direct: false }))
  const call = <T>(act: (kv: KV) => Promise<T>): Observable<T> =>
    defer(() => (isUp() ? kv$.pipe(concatMap(act)) : throwError(() => busError('Down')))).pipe(
      catchError((error: unknown) => throwError(() => toBusError(error))),
    )
  const get = (key: string): Observable<StoreEntry | undefined> =>
    call(kv => kv.get(key)).pipe(map(entry => (entry ? toEntry(entry) : undefined)))
  return {
    get,
    put: (key, text, after) => call(kv => (after === 0 ? kv.create(key, text) : kv.update(key, text, after))),
    watch: key =>
      merge(
        kv$.pipe(
          switchMap(kv => changes(kv, key)),
          map(toEntry),
          retry({ delay: PAUSE }),
          repeat({ delay: PAUSE }),
        ),
        // What was changed while the connection was lost.
        state$.pipe(
          filter(state => state === 'up'),
          switchMap(() => get(key).pipe(retry({ delay: PAUSE }))),
          filter(entry => entry !== undefined),
        ),
      ),
  }
}
