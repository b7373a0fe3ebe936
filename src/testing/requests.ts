import { ReplaySubject, filter, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Message, MessageType } from '../protocol/table'
import { decodeFrame } from '../transport/frame'
import type { Connect } from '../transport/socket'
import { checkSent, isUsual } from './messages/request'

export interface Overheard {
  readonly connect: Connect
  /** The client's messages so far, then each new one, on every line, without generated ids. */
  readonly sent$: Observable<Message>
}

const withoutOwnIds = ({ payloadType, clientMsgId, payload }: Message): Message => {
  const { clientOrderId, ...fields } = payload as Readonly<Record<string, unknown>>
  const isOwn = clientOrderId !== undefined && clientOrderId === clientMsgId
  return { payloadType, payload: isOwn ? fields : payload } as Message
}

/** Listens to the messages of a client. */
export const tapRequests = (connect: Connect): Overheard => {
  const sent$ = new ReplaySubject<Message>(Infinity)
  const hear = (text: string): void => {
    const decoded = decodeFrame(text)
    if (decoded._tag === 'Left') return
    sent$.next(withoutOwnIds(decoded.right))
  }
  return {
    sent$,
    connect: () =>
      connect().pipe(
        map(({ frame$, send }) => ({
          frame$,
          send: (text: string) => {
            hear(text)
            send(text)
          },
        })),
      ),
  }
}

/**
 * Whether a message is of some payload types. Without any: whether it is not one that a client always sends. Throws for an
 * invalid payload type, because nothing would ever be sent.
 */
export const requestFilter = (payloadTypes: readonly MessageType[]): ((message: Message) => boolean) => {
  for (const payloadType of payloadTypes) checkSent(payloadType)
  return ({ payloadType }) =>
    payloadTypes.length === 0 ? !isUsual(payloadType) : payloadTypes.includes(payloadType)
}

/** The messages of some payload types, as `requestFilter` has them. */
export const selectRequests = (
  sent$: Observable<Message>,
  payloadTypes: readonly MessageType[],
): Observable<Message> => sent$.pipe(filter(requestFilter(payloadTypes)))
