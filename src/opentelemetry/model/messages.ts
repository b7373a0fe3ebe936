import type { Subscription } from 'rxjs'
import { PayloadType } from '../../protocol/payloadType'
import type { Message, MessageOf, MessageType } from '../../protocol/table'
import type { Activity } from '../../session/activity'

/** What comes in, by payload type. */
export interface Messages {
  /** How many have come. */
  readonly received: () => readonly (readonly [payloadType: MessageType, count: number])[]
  /** Sets or removes the one function that gets the messages of a type. */
  readonly handle: <T extends MessageType>(
    payloadType: T,
    handler: ((message: MessageOf<T>) => void) | undefined,
  ) => void
}

/** One listener with two arrays for all, because every frame passes here: a Map would cost as much as the rest. */
export const watchMessages = ({
  eachMessage,
}: Activity): { readonly messages: Messages; readonly watching: Subscription } => {
  const types = Object.values(PayloadType)
  const length = 1 + Math.max(...types)
  const counts = Array.from({ length }, () => 0)
  const handlers = Array.from({ length }, (): ((message: Message) => void) | undefined => undefined)
  return {
    messages: {
      received: () =>
        types.flatMap(payloadType => {
          const count = counts[payloadType] ?? 0
          return count > 0 ? [[payloadType, count] as const] : []
        }),
      handle: (payloadType, handler) => {
        handlers[payloadType] = handler as ((message: Message) => void) | undefined
      },
    },
    watching: eachMessage(message => {
      const { payloadType } = message
      counts[payloadType] = (counts[payloadType] ?? 0) + 1
      const handler = handlers[payloadType]
      if (handler !== undefined) handler(message)
    }),
  }
}
