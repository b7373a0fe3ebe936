import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { Observable, from, map, merge, take } from 'rxjs'
import type { Bus, Packet } from '../gateway/bus/bus'
import { createLeases } from '../gateway/bus/leases'
import { monotonicClock } from '../gateway/bus/leaseStore'
import { randomFraction, sequentialIds } from '../util/random'
import { watchConnection } from './connection/connectionState'
import { createJoiner, toParts } from './connection/parts'
import { journalStream } from './store/journalStream'
import { kvStore } from './store/kvStore'
import { createNames } from './names'
import { readNatsOptions } from './natsOptions'
import type { NatsOptions } from './natsOptions'
import { createRequests } from './requests'
import { warnOfOldServer } from './connection/serverVersion'

/** The most bytes of a message, if a server does not say so. */
const DEFAULT_LIMIT = 1024 * 1024

/** Of all owners that serve a subject, one gets each request. */
const QUEUE = 'owner'

/**
 * A bus over a NATS server, which joins the parts of a gateway in several processes. The connection is yours: with
 * `@nats-io/transport-node`, or another transport. Give it `maxReconnectAttempts: -1`, so that it comes back whenever the
 * server does. Leases are kept in the bucket `ctrader_leases`, journals in the stream `CTRADER_JOURNAL`. Where they are
 * not there, they are made. Throws `InvalidOption` for invalid options.
 *
 * ```ts
 * const origins = ['https://app.example.com']
 * const gateway = createGateway({ bus: natsBus(nc), application, origins, grants, authenticate, entitle })
 * ```
 */
export const natsBus = (nc: NatsConnection, options: NatsOptions = {}): Bus => {
  const { prefix, replicas, log } = readNatsOptions(options)
  warnOfOldServer(nc, log)
  const names = createNames(prefix)
  const connection = watchConnection(nc)
  const js = jetstream(nc)
  const ask = createRequests(nc, connection)
  const lease = createLeases({
    store: kvStore(js, connection, { bucket: names.bucket('ctrader_leases'), replicas }),
    clock: monotonicClock,
    nextHolder: sequentialIds(randomFraction),
  })
  const logs = journalStream(js, connection, {
    stream: names.bucket('CTRADER_JOURNAL'),
    subject: names.subject('ctrader.v1.journal'),
    replicas,
  })
  const nextPart = sequentialIds(randomFraction)
  /** The server says how much it takes. */
  const limit = (): number => nc.info?.max_payload ?? DEFAULT_LIMIT
  const send = (subject: string, text: string): void => {
    if (connection.isUp()) for (const part of toParts(text, limit(), nextPart)) nc.publish(subject, part)
  }
  const mayListen = (): boolean => !nc.isClosed() && !nc.isDraining()
  const gaps = connection.gap$.pipe(map((): Packet => ({ kind: 'gap' })))

  return {
    state$: connection.state$,
    publish: (subject, body) => {
      send(names.subject(subject), body)
    },
    on: subject =>
      merge(
        gaps,
        new Observable<Packet>(subscriber => {
          if (!mayListen()) return
          const textOf = createJoiner()
          const listening = nc.subscribe(names.subject(subject), {
            callback: (error, message) => {
              const body = error ? undefined : textOf(message)
              if (body !== undefined)
                subscriber.next({ kind: 'message', subject: names.plain(message.subject), body })
            },
          })
          subscriber.add(() => {
            listening.unsubscribe()
          })
        }),
      ),
    ask: (subject, body, timeout) => ask(names.subject(subject), body, timeout),
    serve: (subject, answer) =>
      new Observable<never>(subscriber => {
        if (!mayListen()) return
        const serving = nc.subscribe(names.subject(subject), {
          queue: QUEUE,
          callback: (error, message) => {
            if (error) return
            // It goes on when this is over: the request has come. Without an answer, its sender is in doubt.
            from(answer(message.string(), names.plain(message.subject)))
              .pipe(take(1))
              .subscribe({
                next: text => {
                  if (message.reply !== undefined) send(message.reply, text)
                },
                error: () => undefined,
              })
          },
        })
        subscriber.add(() => {
          serving.unsubscribe()
        })
      }),
    lease: (key, settings) => lease(names.key(key), settings),
    log: name => logs(names.key(name)),
  }
}
