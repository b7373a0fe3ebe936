import { createInbox } from '@nats-io/nats-core'
import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { Observable, filter, throwError, timeout } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { busError } from '../gateway/bus/bus'
import type { Bus } from '../gateway/bus/bus'
import type { ConnectionState } from './connection/connectionState'
import { createJoiner } from './connection/parts'

const NO_RESPONDERS = 503

/**
 * Requests whose answers come in the order of all messages. The connection's own requests answer by a promise: that is
 * later than the messages after the answer.
 */
export const createRequests = (nc: NatsConnection, { isUp, state$ }: ConnectionState): Bus['ask'] => {
  const inbox = createInbox()
  const waiting = new Map<string, Subscriber<string>>()
  let isListening = false
  let count = 0

  const textOf = createJoiner()
  const onAnswer = (message: Msg): void => {
    const asker = waiting.get(message.subject)
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      asker?.error(busError('Unserved'))
      return
    }
    const text = textOf(message)
    if (text === undefined) return
    asker?.next(text)
    asker?.complete()
  }
  const listen = (): void => {
    if (isListening) return
    isListening = true
    nc.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (!error) onAnswer(message)
      },
    })
    // An answer would go to the connection that is lost.
    state$.pipe(filter(state => state === 'down')).subscribe(() => {
      for (const asker of [...waiting.values()]) asker.error(busError('Unanswered'))
    })
  }

  return (subject, body, ms) =>
    new Observable<string>(subscriber => {
      if (!isUp()) {
        subscriber.error(busError('Down'))
        return
      }
      listen()
      const reply = `${inbox}.${(count += 1)}`
      waiting.set(reply, subscriber)
      subscriber.add(() => waiting.delete(reply))
      try {
        nc.publish(subject, body, { reply })
      } catch {
        // It is longer than the server takes. In parts, it would go to several servers.
        subscriber.error(busError('Down'))
      }
    }).pipe(timeout({ first: ms, with: () => throwError(() => busError('Unanswered')) }))
}
