import { Observable } from 'rxjs'
import type { Subscriber } from 'rxjs'
import type { Message, MessageOf, MessageType, OfSymbol } from '../protocol/table'
import { createConsumers } from './consumers'
import type { Consumers } from './consumers'

/** The messages of one payload type; of those that say which symbol they are of, also of one symbol alone. */
export type On<Type extends MessageType = MessageType> = <T extends Type>(
  payloadType: T,
  ...symbolId: OfSymbol<T>
) => Observable<MessageOf<T>>

/** What is listened to, and when something of it last came, in ms since the epoch, to the second. */
export interface Listened {
  readonly payloadType: MessageType
  readonly symbolId?: number
  readonly lastAt?: number
}

export interface Router {
  readonly message$: Observable<Message>
  readonly on: On
  readonly route: (message: Message) => void
  readonly listened: () => readonly Listened[]
  /** Notes what has come since the last look. */
  readonly look: (now: number) => void
  /** Completes everybody. */
  readonly close: () => void
}

/** The consumers of one payload type by the symbol they asked for; those of every symbol by none. */
type BySymbol = Map<number | undefined, Consumers<Message>>

const symbolOf = (message: Message): unknown => (message.payload as { readonly symbolId?: unknown }).symbolId

/**
 * Gives each message to those who asked for its payload type, and for its symbol: two look-ups, whatever the number
 * of consumers of others. A consumer that throws meets its own error, as RxJS has it, and nobody else's.
 */
export const createRouter = (): Router => {
  const all = createConsumers<Message>(() => undefined)
  const byType = new Map<MessageType, BySymbol>()
  let closed = false

  // A line may live for months and its consumers come and go: what nobody listens to is forgotten.
  const consumersOf = (payloadType: MessageType, symbolId: number | undefined): Consumers<Message> => {
    const bySymbol: BySymbol = byType.get(payloadType) ?? new Map<number | undefined, Consumers<Message>>()
    byType.set(payloadType, bySymbol)
    const known = bySymbol.get(symbolId)
    if (known) return known
    const consumers = createConsumers<Message>(() => {
      bySymbol.delete(symbolId)
      if (bySymbol.size === 0) byType.delete(payloadType)
    })
    bySymbol.set(symbolId, consumers)
    return consumers
  }

  const joining = (consumers: () => Consumers<Message>): Observable<Message> =>
    new Observable((subscriber: Subscriber<Message>) => {
      if (closed) subscriber.complete()
      else consumers().join(subscriber)
    })

  return {
    message$: joining(() => all),
    on: <T extends MessageType>(payloadType: T, symbolId?: number) =>
      joining(() => consumersOf(payloadType, symbolId)) as unknown as Observable<MessageOf<T>>,
    route: message => {
      const bySymbol = byType.get(message.payloadType)
      if (bySymbol !== undefined) {
        bySymbol.get(undefined)?.next(message)
        const symbolId = symbolOf(message)
        if (typeof symbolId === 'number') bySymbol.get(symbolId)?.next(message)
      }
      all.next(message)
    },
    listened: () =>
      [...byType].flatMap(([payloadType, bySymbol]) =>
        [...bySymbol].map(([symbolId, consumers]) => {
          const lastAt = consumers.lastAt()
          return {
            payloadType,
            ...(symbolId !== undefined && { symbolId }),
            ...(lastAt !== undefined && { lastAt }),
          }
        }),
      ),
    look: now => {
      for (const bySymbol of byType.values()) for (const consumers of bySymbol.values()) consumers.look(now)
    },
    close: () => {
      closed = true
      const consumers = [...byType.values()].flatMap(bySymbol => [...bySymbol.values()])
      for (const each of [...consumers, all]) each.complete()
    },
  }
}
