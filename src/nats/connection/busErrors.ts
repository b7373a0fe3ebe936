import { busError } from '../../gateway/bus/bus'
import type { BusError } from '../../gateway/bus/bus'

/** The server compares the last entry with what the writer knows. Newer servers have a second code for it. */
const WRONG_LAST_SEQUENCE: ReadonlySet<unknown> = new Set([10_071, 10_164])

/** Errors after which nothing was written: JetStream refused it, did not get it, or there is no connection. */
const NOT_WRITTEN: ReadonlySet<unknown> = new Set([
  'ClosedConnectionError',
  'DrainingConnectionError',
  'InvalidArgumentError',
  'JetStreamApiError',
  'JetStreamNotEnabled',
  'NoRespondersError',
  'RequestError',
  'StreamNotFoundError',
])

const isBusError = (error: unknown): error is BusError =>
  typeof (Object(error) as Partial<BusError>).reason === 'string'

/** The error of a write or read at JetStream. */
export const toBusError = (error: unknown): BusError => {
  if (isBusError(error)) return error
  const { name, code } = Object(error) as { readonly name?: unknown; readonly code?: unknown }
  if (WRONG_LAST_SEQUENCE.has(code)) return busError('Fenced')
  return busError(NOT_WRITTEN.has(name) ? 'Down' : 'Unanswered')
}
