import type { Observable } from 'rxjs'
import { CTraderError } from '../../errors'
import type { Answer, CommandType, Payload, RequestType, RequestPayload } from '../../protocol/table'
import { outgoingFaults } from '../../transport/frame'

/** A request and its one answer. Cold: each subscription sends one, as soon as the server's limits allow. */
export type SendRequest = <T extends RequestType>(
  payloadType: T,
  payload: RequestPayload<Payload<T>>,
) => Observable<Answer<T>>

/** An order command has left, with this id. */
export interface Commanded {
  readonly status: 'sent'
  readonly clientMsgId: string
}

/**
 * A request that emits when it leaves, for orders: it must be known of each whether the server may have it. It
 * completes when the server has answered. The answer itself comes with the other execution events of the link.
 *
 * The id can be given if it must be known before. `mayLeave` is called at the moment of sending, after any waiting. If
 * it returns an error, nothing is sent and the request errors with it.
 */
export type Command = <T extends CommandType>(
  payloadType: T,
  payload: RequestPayload<Payload<T>>,
  clientMsgId?: string,
  mayLeave?: () => CTraderError | undefined,
) => Observable<Commanded>

export interface RequestOptions {
  /** How long to wait for a line, and then for the answer from when the request was sent, in ms. Default 10 000. */
  readonly requestTimeout: number
  /**
   * Makes a unique `clientMsgId`. It must be unique among all programs of the account, because execution events
   * carry it to all of them. Default: a counter with a random prefix.
   */
  readonly nextId: () => string
}

/** The error of an invalid request, if it is one. */
export const invalidRequest = <T extends RequestType>(
  payloadType: T,
  payload: Payload<T>,
): CTraderError | undefined => {
  const faults = outgoingFaults(payloadType, payload)
  return faults.length === 0 ? undefined : new CTraderError({ reason: 'InvalidRequest', payloadType, faults })
}
