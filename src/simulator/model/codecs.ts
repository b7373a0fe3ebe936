import { ENUM } from '../../protocol/codec/plan'
import type { AnyStruct, Fields } from '../../protocol/codec/struct'

/** The codec of a field's value, without its presence. */
export type Codec = Exclude<Fields[string], { readonly presence: unknown }>

export const isStruct = (codec: Codec): codec is AnyStruct => 'fields' in codec

export const isEnum = (codec: Codec): boolean => codec.plan.kind === ENUM

const numbers: ReadonlySet<string> = new Set(['int32', 'uint32', 'int64', 'uint64', 'double'])

export const isNumber = (codec: Codec): boolean => numbers.has(codec.name)

/** The codec of a field of a message or entity, and whether the field is repeated. */
export const fieldCodec = (
  { fields }: AnyStruct,
  key: string,
): { readonly codec: Codec; readonly repeated: boolean } | undefined => {
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined
  if (field === undefined) return undefined
  return 'presence' in field
    ? { codec: field.type, repeated: field.presence === 'repeated' }
    : { codec: field, repeated: false }
}
