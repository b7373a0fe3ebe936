import { Observable, Subject } from 'rxjs'
import type { Message, MessageOf, MessageType } from '../protocol/table'

export interface Router {
  readonly message$: Observable<Message>
  readonly on: <T extends MessageType>(payloadType: T) => Observable<MessageOf<T>>
  readonly route: (message: Message) => void
  /** Completes everybody. */
  readonly close: () => void
}

/**
 * Gives each message to those who asked for its payload type: one look-up, whatever the number of consumers of
 * other types. A consumer that throws meets its own error, as RxJS has it, and nobody else's.
 */
export const createRouter = (): Router => {
  const all = new Subject<Message>()
  const byType = new Map<MessageType, Subject<Message>>()
  let closed = false

  const subjectOf = (payloadType: MessageType): Subject<Message> => {
    const known = byType.get(payloadType)
    if (known) return known
    const subject = new Subject<Message>()
    if (closed) subject.complete()
    byType.set(payloadType, subject)
    return subject
  }

  return {
    message$: all.asObservable(),
    on: <T extends MessageType>(payloadType: T) =>
      new Observable<MessageOf<T>>(subscriber =>
        (subjectOf(payloadType) as unknown as Observable<MessageOf<T>>).subscribe(subscriber),
      ),
    route: message => {
      byType.get(message.payloadType)?.next(message)
      if (all.observed) all.next(message)
    },
    close: () => {
      closed = true
      for (const subject of [...byType.values(), all]) subject.complete()
    },
  }
}
