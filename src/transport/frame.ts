import { left, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'
import type { FieldFault } from '../errorFields'
import { INVALID, conforms, checkDrift } from '../protocol/codec/plan'
import type { DriftKind, OnDrift } from '../protocol/codec/plan'
import { carryUnreadable, dropUnreadable } from '../protocol/codec/readable'
import { MAX_NESTING, isDeeperThan } from '../protocol/secrets'
import { messageCodec, messageRow } from '../protocol/table'
import type { Message, MessageType, Payload } from '../protocol/table'
import { parseJson } from '../util/parseJson'
import { envelopeError, fault, invalidPayload, notAnEnvelope, payloadFaults, tooDeep } from './frameErrors'
import type { Envelope, FrameError } from './frameErrors'
import { MAX_FRAME_SIZE } from './frameSize'

/** Something in a valid message that this release does not know. It is passed on as it came. */
export interface Drift {
  readonly payloadType: MessageType
  /** The official name of the message or entity in which it was found. */
  readonly entity: string
  readonly field: string
  readonly kind: DriftKind
}

const ENVELOPE: ReadonlySet<string> = new Set(['payloadType', 'clientMsgId', 'payload'])

/** The unknown fields of an envelope, or `undefined`: it is called for every frame, and makes a list only where it must. */
const strangeFields = (envelope: object): readonly string[] | undefined => {
  for (const key in envelope)
    if (key !== 'payloadType' && key !== 'clientMsgId' && key !== 'payload')
      return Object.keys(envelope).filter(field => !ENVELOPE.has(field))
  return undefined
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
    const row = messageRow(envelope.payloadType)
    const { clientMsgId } = envelope
    if (row === undefined || (clientMsgId !== undefined && typeof clientMsgId !== 'string'))
      return left(envelopeError(envelope))

    const payloadType = envelope.payloadType as MessageType
    let payload: unknown = envelope.payload === undefined ? {} : envelope.payload
    const { plan } = row.codec
    if (!conforms(plan, payload)) {
      let unreadable: FrameError | undefined
      let verdict = checkDrift(plan, payload, drifted)
      if (verdict === INVALID) {
        found = []
        const readable = dropUnreadable(plan, payload)
        if (readable) verdict = checkDrift(plan, readable, drifted)
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
  const encoded = messageCodec(payloadType).encode(payload) as object
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
): readonly FieldFault[] => {
  const codec = messageCodec(payloadType)
  const unknown: FieldFault[] = []
  const verdict = codec.check(payload, (entity, field, kind) => {
    unknown.push(
      fault(`${entity}.${field}`, `a ${kind === 'unknownField' ? 'field' : 'value'} of the protocol`, kind),
    )
  })
  return verdict === INVALID ? payloadFaults(codec, payload) : unknown
}
