import { left, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'
import type { Errors } from 'io-ts'
import type { Fault } from '../errors'
import { INVALID, conforms, look } from '../protocol/codec/plan'
import type { DriftKind, OnDrift } from '../protocol/codec/plan'
import { carryUnreadable, readableOf } from '../protocol/codec/readable'
import { MAX_NESTING, isDeeperThan } from '../protocol/secrets'
import type { AnyStruct } from '../protocol/codec/struct'
import { codecOf, rowOf } from '../protocol/table'
import type { Message, MessageType, Payload } from '../protocol/table'
import { parseJson } from '../util/parseJson'

/** Larger frames are refused, in either direction. */
export const MAX_FRAME_SIZE = 15 * 1024 * 1024

/**
 * Larger frames end the line. A frame up to this size is received but not parsed, so that the request it answers is
 * known.
 */
export const MAX_RECEIVED_SIZE = 4 * MAX_FRAME_SIZE

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
  readonly faults: readonly Fault[]
  /** If it can be read, also from a text that breaks off. */
  readonly payloadType?: number
  readonly clientMsgId?: string
  /** The account, if it can be read. */
  readonly ctidTraderAccountId?: number
  /** The symbol, if it can be read. */
  readonly symbolId?: number
}

/** Something in a valid message that this release does not know. It is passed on as it came. */
export interface Drift {
  readonly payloadType: MessageType
  /** The official name of the message or entity in which it was found. */
  readonly entity: string
  readonly field: string
  readonly kind: DriftKind
}

const kindOf = (u: unknown): string =>
  u === undefined ? 'nothing' : u === null ? 'null' : Array.isArray(u) ? 'array' : typeof u

const faultsOf = (errors: Errors): readonly Fault[] =>
  errors.map(({ context, value }) => ({
    path: ['payload', ...context.slice(1).map(({ key }) => key)].join('.'),
    expected: context.at(-1)?.type.name ?? 'a value',
    actual: kindOf(value),
  }))

const fault = (path: string, expected: string, actual: string): Fault => ({ path, expected, actual })

/** A frame that is a JSON object. Its content is not checked yet. */
interface Envelope {
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
  const payloadType = numberIn(head, 'payloadType')
  const clientMsgId = /"clientMsgId"\s*:\s*"([^"\\]{1,100})"/.exec(head)?.[1]
  const accountId = numberIn(head, 'ctidTraderAccountId')
  const symbolId = numberIn(head, 'symbolId')
  return {
    ...(payloadType !== undefined && { payloadType }),
    ...(clientMsgId !== undefined && { clientMsgId }),
    ...(accountId !== undefined && { ctidTraderAccountId: accountId }),
    ...(symbolId !== undefined && { symbolId }),
  }
}

const notAnEnvelope = (text: unknown, parsed: unknown): FrameError =>
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

const ENVELOPE: ReadonlySet<string> = new Set(['payloadType', 'clientMsgId', 'payload'])

/** The unknown fields of an envelope. Called for every frame, so it makes no list if there are none. */
const strangeFields = (envelope: object): readonly string[] | undefined => {
  for (const key in envelope)
    if (key !== 'payloadType' && key !== 'clientMsgId' && key !== 'payload')
      return Object.keys(envelope).filter(field => !ENVELOPE.has(field))
  return undefined
}

const envelopeError = ({ payloadType, clientMsgId }: Envelope): FrameError => ({
  ...(typeof payloadType !== 'number' || !Number.isInteger(payloadType)
    ? { reason: 'InvalidEnvelope', faults: [fault('payloadType', 'whole number', kindOf(payloadType))] }
    : rowOf(payloadType) === undefined
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

/** In a copy, this field could become the prototype, and its content would be fields that were never validated. */
const PROTO = '__proto__'
const withoutProto = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutProto)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) => (key === PROTO ? [] : [[key, withoutProto(held)]])),
  )
}

/** Code that walks such a payload recursively, as a log does, would overflow the stack. */
const tooDeep = (payloadType: MessageType, clientMsgId: string | undefined): FrameError => ({
  reason: 'InvalidPayload',
  faults: [fault('payload', `at most ${MAX_NESTING} levels of nesting`, 'more')],
  payloadType,
  ...(clientMsgId !== undefined && { clientMsgId }),
})

const invalidPayload = (
  reason: 'InvalidPayload' | 'InvalidEntity',
  codec: AnyStruct,
  payloadType: MessageType,
  payload: unknown,
  clientMsgId: string | undefined,
): FrameError => {
  const accountId = idIn(payload, 'ctidTraderAccountId')
  const symbolId = idIn(payload, 'symbolId')
  return {
    reason,
    faults: payloadFaults(codec, payload),
    payloadType,
    ...(clientMsgId !== undefined && { clientMsgId }),
    ...(accountId !== undefined && { ctidTraderAccountId: accountId }),
    ...(symbolId !== undefined && { symbolId }),
  }
}

/**
 * A decoder that also reports unknown parts that it passes on, and list entries that it leaves out because they
 * cannot be read. An unreadable entry does not stop the others. Each decoder has one list for its notes, so that
 * decoding allocates nothing but the message.
 */
export const frameDecoder = (
  onDrift: (drift: Drift) => void,
  onLeftOut: (error: FrameError) => void = () => undefined,
): ((text: string) => Either<FrameError, Message>) => {
  let found: Omit<Drift, 'payloadType'>[] = []
  const drifted: OnDrift = (entity, field, kind) => {
    found.push({ entity, field, kind })
  }

  return text => {
    const parsed = typeof text === 'string' && text.length <= MAX_FRAME_SIZE ? parseJson(text) : undefined
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return left(notAnEnvelope(text, parsed))

    const envelope: Envelope = parsed
    const row = rowOf(envelope.payloadType)
    const { clientMsgId } = envelope
    if (row === undefined || (clientMsgId !== undefined && typeof clientMsgId !== 'string'))
      return left(envelopeError(envelope))

    const payloadType = envelope.payloadType as MessageType
    let payload: unknown = envelope.payload === undefined ? {} : envelope.payload
    const { plan } = row.codec
    if (!conforms(plan, payload)) {
      let unreadable: FrameError | undefined
      let verdict = look(plan, payload, drifted)
      if (verdict === INVALID) {
        found = []
        const readable = readableOf(plan, payload)
        if (readable) verdict = look(plan, readable, drifted)
        const reason = readable && verdict !== INVALID ? 'InvalidEntity' : 'InvalidPayload'
        const error = invalidPayload(reason, row.codec, payloadType, payload, clientMsgId)
        if (!readable || verdict === INVALID) {
          found = []
          return left(error)
        }
        payload = readable
        unreadable = error
      }
      const drifts = found
      found = []
      if (drifts.length > 0 && isDeeperThan(payload, MAX_NESTING))
        return left(tooDeep(payloadType, clientMsgId))
      if (drifts.some(({ field }) => field === PROTO))
        payload = carryUnreadable(payload, withoutProto(payload))
      if (unreadable) onLeftOut(unreadable)
      // Report unknown parts only of a message that passes.
      for (const drift of drifts) onDrift({ payloadType, ...drift })
    }
    const strange = strangeFields(envelope)
    for (const field of strange ?? [])
      onDrift({ payloadType, entity: 'ProtoMessage', field, kind: 'unknownField' })
    if (!strange && payload === envelope.payload) return right(envelope as Message)
    return right({ payloadType, ...(clientMsgId !== undefined && { clientMsgId }), payload } as Message)
  }
}

/**
 * Text of a frame → message, or the reason why not. Never throws.
 *
 * Unknown fields of a payload and unknown enum numbers pass. Unknown fields beside the payload are dropped. If the
 * server left out an empty payload, it is `{}`.
 *
 * ```ts
 * decodeFrame('{"payloadType":2101,"clientMsgId":"a1"}')
 * // right({ payloadType: 2101, clientMsgId: 'a1', payload: {} })
 * ```
 */
export const decodeFrame: (text: string) => Either<FrameError, Message> = frameDecoder(() => undefined)

/**
 * Message → text of a frame, in the server's own form: keys in its order, without absent fields and without an
 * empty payload.
 *
 * ```ts
 * encodeFrame({ payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} }) // '{"payloadType":51}'
 * ```
 */
export const encodeFrame = ({ payloadType, clientMsgId, payload }: Message): string => {
  const encoded = codecOf(payloadType).encode(payload) as object
  return JSON.stringify({
    payloadType,
    clientMsgId,
    payload: Object.keys(encoded).length === 0 ? undefined : encoded,
  })
}

/**
 * What is wrong with a payload that is to be sent. It is stricter than decoding: an unknown field or enum number is
 * a fault. A misspelt `stopLoss` in an order would be a position without protection.
 */
export const outgoingFaults = <T extends MessageType>(
  payloadType: T,
  payload: Payload<T>,
): readonly Fault[] => {
  const codec = codecOf(payloadType)
  const unknown: Fault[] = []
  const verdict = codec.check(payload, (entity, field, kind) => {
    unknown.push(
      fault(`${entity}.${field}`, `a ${kind === 'unknownField' ? 'field' : 'value'} of the protocol`, kind),
    )
  })
  return verdict === INVALID ? payloadFaults(codec, payload) : unknown
}

const payloadFaults = (codec: AnyStruct, payload: unknown): readonly Fault[] => {
  const result = codec.decode(payload)
  const faults = result._tag === 'Left' ? faultsOf(result.left) : []
  // A refusal needs a fault, also if only the prototype is wrong.
  return faults.length > 0 ? faults : [fault('payload', codec.name, kindOf(payload))]
}
