import { omitUndefined } from '../../../util/omitUndefined'
import { textHash } from '../../../util/textHash'

/** A short text for a user, always the same. It says nothing about the user. */
const tagOf = (userId: string): string => textHash(userId).toString(36)

/** The `clientMsgId` of the commands of one user, to and from cTrader. */
export interface ClientIds {
  /** An id that no other message has, also not one of another user with the same `clientMsgId`. */
  readonly toServer: (clientMsgId: string | undefined) => string
  /** The user's own id again. Ids of others stay as they are. */
  readonly fromServer: (clientMsgId: string | undefined) => string | undefined
  /** A payload with the user's own ids: the order that closes a position has the id of its request. */
  readonly readPayload: <T extends object>(payload: T) => T
}

interface Named {
  readonly clientOrderId?: string
}

/**
 * `nextId` gives an id that is unique among all messages to cTrader, without a `~`. Short ones are better: cTrader uses
 * the id of a request as `clientOrderId`, which may have 50 characters.
 */
export const createClientIds = (userId: string, nextId: () => string): ClientIds => {
  const tag = `${tagOf(userId)}~`
  const fromServer = (clientMsgId: string | undefined): string | undefined => {
    if (clientMsgId?.startsWith(tag) !== true) return clientMsgId
    const own = clientMsgId.slice(clientMsgId.indexOf('~', tag.length) + 1)
    return own === '' ? undefined : own
  }
  const readOrder = <T extends Named>(order: T): T => {
    const clientOrderId = fromServer(order.clientOrderId)
    if (clientOrderId === order.clientOrderId) return order
    return omitUndefined({ ...order, clientOrderId }) as T
  }
  return {
    toServer: (clientMsgId = '') => `${tag}${nextId()}~${clientMsgId}`,
    fromServer,
    readPayload: payload => {
      const { order } = payload as { readonly order?: Named | readonly Named[] }
      if (order === undefined) return payload
      return { ...payload, order: Array.isArray(order) ? order.map(readOrder) : readOrder(order as Named) }
    },
  }
}
