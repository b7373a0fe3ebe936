import { DeliverPolicy } from '@nats-io/jetstream'
import type { JetStreamClient } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { KV, KvEntry } from '@nats-io/kv'
import {
  Observable,
  catchError,
  concatMap,
  defer,
  filter,
  from,
  ignoreElements,
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

/** What is kept under a key, and its changes, until the watch ends. */
const changes = (
  js: JetStreamClient,
  { isUp }: ConnectionState,
  bucket: string,
  key: string,
): Observable<StoreEntry> =>
  new Observable(subscriber => {
    const begin = async (): Promise<void> => {
      const consumer = await js.consumers.getPushConsumer(`KV_${bucket}`, {
        deliver_policy: DeliverPolicy.LastPerSubject,
        filter_subjects: `$KV.${bucket}.${key}`,
      })
      // With a connection that ends, it would leave a timer behind, and its process would not end.
      if (subscriber.closed || !isUp()) return
      const watch = await consumer.consume({
        callback: message => {
          subscriber.next({ revision: message.seq, text: message.string() })
        },
      })
      subscriber.add(() => {
        watch.stop()
      })
      await watch.closed()
    }
    subscriber.add(from(begin()).pipe(ignoreElements()).subscribe(subscriber))
  })

/** A store in a bucket. If there is none of this name, it is made. */
export const kvStore = (
  js: JetStreamClient,
  connection: ConnectionState,
  { bucket, replicas }: { readonly bucket: string; readonly replicas: number },
): Store => {
  const { isUp, state$ } = connection
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
          switchMap(() => changes(js, connection, bucket, key)),
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
