import { filter } from 'rxjs'
import type { Observable, OperatorFunction } from 'rxjs'
import type { Message, MessageOf, MessageType } from '../protocol/table'

/**
 * Passes the messages of the given payload types, with their type. Errors and completes with the source.
 *
 * ```ts
 * client.message$.pipe(ofType(PayloadType.PROTO_OA_ERROR_RES)).subscribe(({ payload }) => console.log(payload.errorCode))
 * ```
 */
export const ofType =
  <T extends MessageType>(...payloadTypes: readonly T[]): OperatorFunction<Message, MessageOf<T>> =>
  message$ =>
    message$.pipe(
      filter(({ payloadType }) => payloadTypes.some(wanted => wanted === payloadType)),
    ) as Observable<unknown> as Observable<MessageOf<T>>
