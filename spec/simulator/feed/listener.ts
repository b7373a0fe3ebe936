import { messageCodec } from '../../../src/protocol/table'
import type { MessageType } from '../../../src/protocol/table'
import type { Session } from '../../../src/simulator/model/session'

export interface Listener extends Session {
  /** What was sent to it, as it would be written. */
  readonly heard: Record<string, unknown>[]
  /** The same since the last time this was asked. */
  readonly news: () => Record<string, unknown>[]
}

/** A session that notes what it hears. */
export const listener = (): Listener => {
  const heard: Record<string, unknown>[] = []
  let told = 0
  return {
    appAuthenticated: true,
    accounts: new Map(),
    heard,
    news: () => {
      const news = heard.slice(told)
      told = heard.length
      return news
    },
    push: (payloadType: MessageType, payload: unknown) => {
      heard.push(messageCodec(payloadType).encode(payload) as Record<string, unknown>)
    },
  }
}
