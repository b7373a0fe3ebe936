import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { catchError, concatMap, defer, from, map, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { busError } from '../../gateway/bus/bus'
import type { BusLog, LogEntry } from '../../gateway/bus/bus'
import { DAY } from '../../time/constants'
import { toBusError } from '../connection/busErrors'
import type { ConnectionState } from '../connection/connectionState'
import { lazily } from './lazily'
import { openStream } from './openStream'
import type { StreamOptions } from './openStream'

const KEPT_DAYS = 400
const NANOSECONDS = 1_000_000
/** A read goes to the leader of the stream, as others may be behind. */
const KEPT = { max_age: KEPT_DAYS * DAY * NANOSECONDS, allow_direct: false }

/** The entries of a subject behind a number, up to the last one at the beginning. */
async function* readEntries(
  { streams }: JetStreamManager,
  stream: string,
  subject: string,
  after: number,
): AsyncGenerator<LogEntry> {
  const last = await streams.getMessage(stream, { last_by_subj: subject })
  for (let seq = after + 1; last && seq <= last.seq;) {
    const next = { seq, next_by_subj: subject }
    const message = await streams.getMessage(stream, next)
    if (!message) return
    yield { seq: message.seq, text: message.string() }
    seq = message.seq + 1
  }
}

/** Logs in a stream. If there is no stream of this name, it is made. */
export const journalStream = (
  js: JetStreamClient,
  { isUp }: ConnectionState,
  options: StreamOptions,
): ((key: string) => BusLog) => {
  const manager$ = lazily(() => openStream(js, options, KEPT))
  const call = <T>(act: (manager: JetStreamManager) => Observable<T> | Promise<T>): Observable<T> =>
    defer(() => (isUp() ? manager$.pipe(concatMap(act)) : throwError(() => busError('Down')))).pipe(
      catchError((error: unknown) => throwError(() => toBusError(error))),
    )
  return key => {
    const subject = `${options.subject}.${key}`
    return {
      read: (after = 0) => call(manager => from(readEntries(manager, options.stream, subject, after))),
      append: (text, after) =>
        call(() => js.publish(subject, text, { expect: { lastSubjectSequence: after } })).pipe(
          map(({ seq }) => seq),
        ),
      trim: before => {
        call(({ streams }) => streams.purge(options.stream, { filter: subject, seq: before })).subscribe({
          // The next one removes these too.
          error: () => undefined,
        })
      },
    }
  }
}
