import type { Errors } from 'io-ts'
import type { FieldFault } from '../errorFields'
import type { AnyStruct } from '../protocol/codec/struct'
import { MAX_NESTING } from '../protocol/secrets'
import { messageRow } from '../protocol/table'
import type { MessageType } from '../protocol/table'
import { omitUndefined } from '../util/omitUndefined'
import { MAX_FRAME_SIZE } from './frameSize'

/** Why a frame is not a message. */
export interface FrameError {
  readonly reason:
    | 'NotText'
    | 'TooLarge'
    | 'MalformedJson'
    | 'NotAnObject'
    | 'InvalidEnvelope'
    | 'UnknownPayloadType'
    | 'InvalidPayload'
    /** List entries that cannot be read. The message is passed on without them. */
    | 'InvalidEntity'
  /** What is wrong and where. Paths start at the envelope, as in `payload.trendbar.0.low`. */
  readonly faults: readonly FieldFault[]
  /** If it can be read, also from a text that breaks off. */
  readonly payloadType?: number
  readonly clientMsgId?: string
  /** The account, if it can be read. */
  readonly ctidTraderAccountId?: number
  /** The symbol, if it can be read. */
  readonly symbolId?: number
}

const kindOf = (u: unknown): string =>
  u === undefined ? 'nothing' : u === null ? 'null' : Array.isArray(u) ? 'array' : typeof u

const faultsOf = (errors: Errors): readonly FieldFault[] =>
  errors.map(({ context, value }) => ({
    path: ['payload', ...context.slice(1).map(({ key }) => key)].join('.'),
    expected: context.at(-1)?.type.name ?? 'a value',
    actual: kindOf(value),
  }))

export const fault = (path: string, expected: string, actual: string): FieldFault => ({
  path,
  expected,
  actual,
})

/** A frame that is a JSON object. Its content is not checked yet. */
export interface Envelope {
  readonly payloadType?: unknown
  readonly clientMsgId?: unknown
  readonly payload?: unknown
}

/** How much of an invalid JSON text to search for its type and ids. The server writes them first. */
const HEAD = 400

const numberIn = (head: string, key: string): number | undefined => {
  const digits = new RegExp(`"${key}"\\s*:\\s*(\\d{1,15})\\s*[,}]`).exec(head)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** The type and ids of an invalid JSON text, from its beginning. For several frames in one text, nothing. */
const about = (
  text: string,
): Pick<FrameError, 'payloadType' | 'clientMsgId' | 'ctidTraderAccountId' | 'symbolId'> => {
  if (text.indexOf('"payloadType"') !== text.lastIndexOf('"payloadType"')) return {}
  const head = text.slice(0, HEAD)
  return omitUndefined({
    payloadType: numberIn(head, 'payloadType'),
    clientMsgId: /"clientMsgId"\s*:\s*"([^"\\]{1,100})"/.exec(head)?.[1],
    ctidTraderAccountId: numberIn(head, 'ctidTraderAccountId'),
    symbolId: numberIn(head, 'symbolId'),
  })
}

/** The error of a text that is not a JSON object. */
export const notAnEnvelope = (text: unknown, parsed: unknown): FrameError =>
  typeof text !== 'string'
    ? { reason: 'NotText', faults: [fault('', 'text', kindOf(text))] }
    : text.length > MAX_FRAME_SIZE
      ? {
          reason: 'TooLarge',
          faults: [fault('', `at most ${MAX_FRAME_SIZE} characters`, String(text.length))],
          ...about(text),
        }
      : parsed === undefined
        ? { reason: 'MalformedJson', faults: [fault('', 'JSON', 'other text')], ...about(text) }
        : { reason: 'NotAnObject', faults: [fault('', 'object', kindOf(parsed))] }

/** The error of a JSON object that is not an envelope of a known type. */
export const envelopeError = ({ payloadType, clientMsgId }: Envelope): FrameError => ({
  ...(typeof payloadType !== 'number' || !Number.isInteger(payloadType)
    ? { reason: 'InvalidEnvelope', faults: [fault('payloadType', 'whole number', kindOf(payloadType))] }
    : messageRow(payloadType) === undefined
      ? {
          reason: 'UnknownPayloadType',
          faults: [fault('payloadType', 'a known payload type', String(payloadType))],
          payloadType,
        }
      : {
          reason: 'InvalidEnvelope',
          faults: [fault('clientMsgId', 'string', kindOf(clientMsgId))],
          payloadType,
        }),
  ...(typeof clientMsgId === 'string' && { clientMsgId }),
})

const idIn = (payload: unknown, key: string): number | undefined => {
  const id =
    typeof payload === 'object' && payload !== null && Object.hasOwn(payload, key)
      ? (payload as Readonly<Record<string, unknown>>)[key]
      : undefined
  return Number.isSafeInteger(id) ? (id as number) : undefined
}

/** What is wrong with a payload, by its codec. */
export const payloadFaults = (codec: AnyStruct, payload: unknown): readonly FieldFault[] => {
  const result = codec.decode(payload)
  const faults = result._tag === 'Left' ? faultsOf(result.left) : []
  // A refusal needs a fault, also if only the prototype is wrong.
  return faults.length > 0 ? faults : [fault('payload', codec.name, kindOf(payload))]
}

/** Code that walks such a payload recursively, as a log does, would overflow the stack. */
export const tooDeep = (payloadType: MessageType, clientMsgId: string | undefined): FrameError => ({
  reason: 'InvalidPayload',
  faults: [fault('payload', `at most ${MAX_NESTING} levels of nesting`, 'more')],
  payloadType,
  ...omitUndefined({ clientMsgId }),
})

/** The error of a payload, or of the list entries in it that cannot be read. */
export const invalidPayload = (
  reason: 'InvalidPayload' | 'InvalidEntity',
  codec: AnyStruct,
  payloadType: MessageType,
  payload: unknown,
  clientMsgId: string | undefined,
): FrameError => ({
  reason,
  faults: payloadFaults(codec, payload),
  payloadType,
  ...omitUndefined({
    clientMsgId,
    ctidTraderAccountId: idIn(payload, 'ctidTraderAccountId'),
    symbolId: idIn(payload, 'symbolId'),
  }),
})
