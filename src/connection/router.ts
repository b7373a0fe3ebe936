import { Observable } from 'rxjs'
import type { Subscriber } from 'rxjs'
import type { Message, MessageOf, MessageType, SymbolFilter } from '../protocol/table'
import { createConsumers } from '../util/observables/consumers'
import type { Consumers } from '../util/observables/consumers'
import { omitUndefined } from '../util/omitUndefined'
import type { MessageTap } from './messageTap'

/** The messages of one payload type. If they name a symbol, also those of one symbol. */
export type OnMessage<Type extends MessageType = MessageType> = <T extends Type>(
  payloadType: T,
  ...symbolId: SymbolFilter<T>
) => Observable<MessageOf<T>>

/** A payload type, and maybe symbol, with consumers, and when it last came, in ms since the epoch, to the second. */
export interface Listener {
  readonly payloadType: MessageType
  readonly symbolId?: number
  readonly lastAt?: number
}

export interface Router {
  readonly message$: Observable<Message>
  readonly on: OnMessage
  readonly route: (message: Message) => void
  readonly listeners: () => readonly Listener[]
  /** Notes what has come since the last call. */
  readonly look: (now: number) => void
  /** Completes all consumers. */
  readonly close: () => void
}

/** The consumers of one payload type: those of all symbols, and those of one symbol each. */
interface Route {
  every: Consumers<Message> | undefined
  readonly bySymbol: Map<number, Consumers<Message>>
}

const symbolOf = (message: Message): unknown => (message.payload as { readonly symbolId?: unknown }).symbolId

/**
 * Gives each message to the consumers of its payload type, and of its symbol. That takes two look-ups for any
 * number of other consumers. A consumer that throws gets its own error, as usual in RxJS, and does not affect the
 * others.
 */
export const createRouter = (tap?: MessageTap): Router => {
  const all = createConsumers<Message>(() => undefined)
  const routes = new Map<MessageType, Route>()
  let closed = false

  // A line may live for months while consumers come and go, so forget what has no consumer.
  const forgetIfEmpty = (payloadType: MessageType, { every, bySymbol }: Route): void => {
    if (every === undefined && bySymbol.size === 0) routes.delete(payloadType)
  }

  const everyOf = (payloadType: MessageType, route: Route): Consumers<Message> =>
    (route.every ??= createConsumers<Message>(() => {
      route.every = undefined
      forgetIfEmpty(payloadType, route)
    }))

  const oneOf = (payloadType: MessageType, route: Route, symbolId: number): Consumers<Message> => {
    const known = route.bySymbol.get(symbolId)
    if (known) return known
    const consumers = createConsumers<Message>(() => {
      route.bySymbol.delete(symbolId)
      forgetIfEmpty(payloadType, route)
    })
    route.bySymbol.set(symbolId, consumers)
    return consumers
  }

  const consumersOf = (payloadType: MessageType, symbolId: number | undefined): Consumers<Message> => {
    const route = routes.get(payloadType) ?? {
      every: undefined,
      bySymbol: new Map<number, Consumers<Message>>(),
    }
    routes.set(payloadType, route)
    return symbolId === undefined ? everyOf(payloadType, route) : oneOf(payloadType, route, symbolId)
  }

  const listening = function* (): Generator<readonly [MessageType, number | undefined, Consumers<Message>]> {
    for (const [payloadType, { every, bySymbol }] of routes) {
      if (every) yield [payloadType, undefined, every]
      for (const [symbolId, consumers] of bySymbol) yield [payloadType, symbolId, consumers]
    }
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
      tap?.listener?.(message)
      const route = routes.get(message.payloadType)
      if (route !== undefined) {
        const { every, bySymbol } = route
        every?.next(message)
        if (bySymbol.size > 0) {
          const symbolId = symbolOf(message)
          if (typeof symbolId === 'number') bySymbol.get(symbolId)?.next(message)
        }
      }
      all.next(message)
    },
    listeners: () =>
      [...listening()].map(([payloadType, symbolId, consumers]) => ({
        payloadType,
        ...omitUndefined({ symbolId, lastAt: consumers.lastAt() }),
      })),
    look: now => {
      for (const [, , consumers] of listening()) consumers.look(now)
    },
    close: () => {
      closed = true
      for (const [, , consumers] of [...listening()]) consumers.complete()
      all.complete()
    },
  }
}
