import { PayloadType } from '../protocol/payloadType'
import { secretFields } from '../protocol/secrets'
import { parseJson } from '../util/parseJson'
import type { Frame } from './line'

/** A request, recorded or sent now, without the parts that differ each time. */
export interface Asked {
  readonly payloadType: unknown
  readonly accountId: number | undefined
  /** Its payload without secrets. */
  readonly exactly: string
  /** The same without times and generated names. */
  readonly roughly: string
  readonly clientMsgId: string | undefined
  readonly clientOrderId: string | undefined
}

const isSecret = (key: string): boolean => secretFields.some(field => field === key)
const isOwn = (key: string): boolean =>
  /timestamp$/i.test(key) || key === 'clientOrderId' || key === 'clientId'

const without = (payload: unknown, isLeftOut: (key: string) => boolean): string =>
  JSON.stringify(payload ?? {}, (key, value: unknown) => (isLeftOut(key) ? undefined : value))

const stringOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The request in a frame of the client; `undefined` for a heartbeat or an invalid message. */
export const readRequest = (frame: Frame): Asked | undefined => {
  const message: unknown = typeof frame === 'string' ? parseJson(frame) : frame
  const { payloadType, clientMsgId, payload } = Object(message) as Readonly<Record<string, unknown>>
  if (payloadType === PayloadType.HEARTBEAT_EVENT || payloadType === undefined) return undefined
  const { clientOrderId, ctidTraderAccountId } = Object(payload) as Readonly<Record<string, unknown>>
  return {
    payloadType,
    accountId: typeof ctidTraderAccountId === 'number' ? ctidTraderAccountId : undefined,
    exactly: without(payload, isSecret),
    roughly: without(payload, key => isSecret(key) || isOwn(key)),
    clientMsgId: stringOr(clientMsgId),
    clientOrderId: stringOr(clientOrderId),
  }
}
