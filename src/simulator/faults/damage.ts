import type { AnyStruct } from '../../protocol/codec/struct'
import { messageRow } from '../../protocol/table'
import { fieldCodec, isEnum, isStruct } from '../model/codecs'
import { parseJson } from '../../util/parseJson'

/** The parts of a server's frame that can be read. */
export interface Frame {
  readonly payloadType?: unknown
  readonly payload?: unknown
}

type Fields = Readonly<Record<string, unknown>>

export const parseFrame = (text: string): Frame => Object(parseJson(text)) as Frame

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** The frame with a changed payload; `undefined` if the change gives none. */
const changed = (frame: Frame, change: (codec: AnyStruct, payload: Fields) => unknown): Frame | undefined => {
  const codec = messageRow(frame.payloadType)?.codec
  if (!codec) return undefined
  const payload = change(codec, Object(frame.payload) as Fields)
  return payload === undefined ? undefined : { ...frame, payload }
}

const NO_MEMBER = 4711

/**
 * The payload with an unknown number in its first enum field, or in the named one; `undefined` without such a
 * field.
 */
const withUnknownEnum = (
  codec: AnyStruct,
  payload: unknown,
  wanted: string | undefined,
): Fields | undefined => {
  if (!isObject(payload)) return undefined
  for (const [key, value] of Object.entries(payload)) {
    const field = fieldCodec(codec, key)
    if (field === undefined) continue
    const [first, ...rest] = (field.repeated ? value : [value]) as readonly unknown[]
    const other = isStruct(field.codec)
      ? withUnknownEnum(field.codec, first, wanted)
      : isEnum(field.codec) && (wanted ?? key) === key
        ? NO_MEMBER
        : undefined
    if (other !== undefined) return { ...payload, [key]: field.repeated ? [other, ...rest] : other }
  }
  return undefined
}

export const withEnum = (frame: Frame, field: string | undefined): Frame | undefined =>
  changed(frame, (codec, payload) => withUnknownEnum(codec, payload, field))

export const withField = (frame: Frame, field = 'fieldOfTomorrow'): Frame | undefined =>
  frame.payloadType === undefined
    ? undefined
    : { ...frame, payload: { ...(Object(frame.payload) as Fields), [field]: 1 } }

/** A value that no field of this type can have. */
const spoilt = (value: unknown): unknown => (typeof value === 'string' ? 0 : 'unreadable')

/** The last field of the table. The account id is left, so that the account can still be read. */
const lastField = (codec: AnyStruct, value: Fields): string | undefined =>
  Object.keys(value)
    .filter(key => key !== 'ctidTraderAccountId' && fieldCodec(codec, key) !== undefined)
    .at(-1)

const replaced = (list: readonly unknown[], index: number, other: unknown): readonly unknown[] =>
  list.map((one, i) => (i === index ? other : one))

/** The value with a wrong type at the end of a path; `undefined` if the path does not exist. */
const spoiltAt = (value: unknown, [key, ...path]: readonly string[]): unknown => {
  if (key === undefined) return spoilt(value)
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
  const other = spoiltAt(value[key], path)
  if (other === undefined) return undefined
  return Array.isArray(value) ? replaced(value, Number(key), other) : { ...value, [key]: other }
}

const spoiltIn = (codec: AnyStruct, value: Fields, field: string | undefined): unknown => {
  const path = field ?? lastField(codec, value)
  return path === undefined ? undefined : spoiltAt(value, path.split('.'))
}

/** The frame with a field of the wrong type; `undefined` if it has no such field. */
export const withSpoiltField = (frame: Frame, field: string | undefined): Frame | undefined =>
  changed(
    frame,
    (codec, payload) => spoiltIn(codec, payload, field) ?? (field === undefined ? 'unreadable' : undefined),
  )

interface List {
  readonly key: string
  readonly entities: readonly Fields[]
  readonly codec: AnyStruct
}

/** The first list of entities in a payload. */
const listIn = (codec: AnyStruct, payload: Fields): List | undefined => {
  for (const [key, value] of Object.entries(payload)) {
    const field = fieldCodec(codec, key)
    if (field?.repeated === true && isStruct(field.codec) && Array.isArray(value))
      return { key, entities: value as readonly Fields[], codec: field.codec }
  }
  return undefined
}

export const withSpoiltEntity = (frame: Frame, index = 0, field: string | undefined): Frame | undefined =>
  changed(frame, (codec, payload) => {
    const list = listIn(codec, payload)
    const entity = list?.entities[index]
    if (!list || !entity) return undefined
    const other = spoiltIn(list.codec, entity, field)
    return other === undefined ? undefined : { ...payload, [list.key]: replaced(list.entities, index, other) }
  })

/** How many entities the list of a frame has; 0 without a list. */
export const lengthOfList = (frame: Frame): number => {
  const codec = messageRow(frame.payloadType)?.codec
  const list = codec && isObject(frame.payload) ? listIn(codec, frame.payload) : undefined
  return list?.entities.length ?? 0
}

// The largest frame that clients accept.
const MAX_FRAME_SIZE = 15 * 1024 * 1024

/** The frame with so much white space that it is one character too long. */
export const oversize = (text: string): string =>
  `${text.slice(0, -1)}${' '.repeat(Math.max(1, MAX_FRAME_SIZE + 1 - text.length))}${text.slice(-1)}`
