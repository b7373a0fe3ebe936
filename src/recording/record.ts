import { EMPTY, asyncScheduler, concat, defer, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { WireEvent } from '../connection/wire'
import { asCTraderError, invalidOption } from '../errors'
import type { Client } from '../session/client'
import { getWire } from '../session/logging/wireTap'
import { toRecordedFrame } from './line'
import type { RecordedLine } from './line'
import { createRedactor } from './secrets'

const lossOf = (cause: unknown, at: number, redacted: (text: string) => string): RecordedLine => {
  if (cause === undefined) return { at, line: 'lost' }
  const error = asCTraderError(cause)
  const { close, detail } = error.reason === 'ConnectionLost' ? error : { detail: error.message }
  return {
    at,
    line: 'lost',
    ...(close && { close: { ...close, reason: redacted(close.reason) } }),
    ...(detail !== undefined && { detail: redacted(detail) }),
  }
}

/** A recorded event without secrets. */
const lineOf = (event: WireEvent, at: number, redacted: (text: string) => string): RecordedLine => {
  switch (event.kind) {
    case 'received':
      return { at, direction: 'in', frame: toRecordedFrame(redacted(event.text)) }
    case 'sent':
      return { at, direction: 'out', frame: toRecordedFrame(redacted(event.text)) }
    case 'lost':
      return lossOf(event.cause, at, redacted)
    default:
      return { at, line: event.kind }
  }
}

/**
 * Records everything on a client's lines, as lines of JSON. Each has `at` (ms since the epoch). Frames have a
 * `direction` and a `frame`; lines are `connecting`, `opened`, `lost` or `closed`. Secrets are removed:
 * `clientSecret`, `accessToken` and `refreshToken` are `[redacted]`, so you can pass it on.
 *
 * Records from its subscription on, and does not connect by itself. Subscribe to it first, because `replay` needs
 * the whole session. Never errors or completes. Throws `InvalidOption` for anything but a client of `createClient`.
 *
 * ```ts
 * import { appendFileSync } from 'node:fs'
 *
 * const recording = record(client).subscribe(line => appendFileSync('session.jsonl', `${line}\n`))
 * ```
 */
export const record = (client: Client): Observable<string> => {
  const wire = getWire(client)
  if (!wire) throw invalidOption('client', 'must be one made by createClient')
  return defer(() => {
    const redactor = createRedactor(wire.secrets)
    const begun$ = wire.isOpen ? of({ kind: 'opened' } as const) : EMPTY
    return concat(begun$, wire.event$).pipe(
      map(event => JSON.stringify(lineOf(event, asyncScheduler.now(), redactor))),
    )
  })
}
