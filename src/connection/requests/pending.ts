import type { Subscriber } from 'rxjs'
import { messageRow } from '../../protocol/table'
import type { Message, RequestType } from '../../protocol/table'
import { readRefusal } from './refusal'

/** A request that has no answer yet. */
export interface Pending {
  readonly payloadType: RequestType
  readonly payload: object
  readonly accountId: number | undefined
  readonly isProbe: boolean
  readonly subscriber: Subscriber<unknown>
  /** Puts the message into its lane; called again if the server wants it later. */
  readonly post: () => void
  sent: boolean
  sentAt: number
  /** How often the server wanted it later. */
  deferrals: number
}

/** Whether a message of this type settles a request of that type. */
export const settles = (payloadType: number | undefined, request: RequestType): boolean => {
  const { answeredBy = [], refusedBy = [] } = messageRow(request) ?? {}
  return [...answeredBy, ...refusedBy].some(settling => settling === payloadType)
}

export const requestAccountId = (payload: object): number | undefined => {
  const { ctidTraderAccountId: id } = payload as { readonly ctidTraderAccountId?: unknown }
  return typeof id === 'number' ? id : undefined
}

/** Whether a message is about another account than the request. A refusal may have 0, which means no account. */
export const isOfOther = (message: Message, { accountId }: Pending): boolean => {
  const its = requestAccountId(message.payload)
  if (its === undefined || accountId === undefined || its === accountId) return false
  return its !== 0 || readRefusal(message) === undefined
}
