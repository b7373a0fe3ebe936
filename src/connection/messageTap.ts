import { Subscription } from 'rxjs'
import type { Message } from '../protocol/table'

type Listen = (message: Message) => void

/**
 * For a listener to every message of a client, before its consumers. A subscription to `message$` would cost a frame
 * ten times as much, and without a listener this costs a single check.
 */
export interface MessageTap {
  listener: Listen | undefined
}

const joined = ([first, ...others]: readonly Listen[]): Listen | undefined =>
  others.length === 0
    ? first
    : message => {
        first?.(message)
        for (const listen of others) listen(message)
      }

/** The listeners of a client's messages, secrets concealed. */
export const createMessageTap = () => {
  const listeners = new Set<Listen>()
  const tap: MessageTap = { listener: undefined }
  const join = (): void => {
    tap.listener = joined([...listeners])
  }
  return {
    tap,
    listen: (listen: Listen): Subscription => {
      listeners.add(listen)
      join()
      return new Subscription(() => {
        listeners.delete(listen)
        join()
      })
    },
  }
}
