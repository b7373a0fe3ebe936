import * as enums from '../../protocol/messages/enums'
import type { AnyStruct } from '../../protocol/codec/struct'
import { fieldCodec, isEnum, isNumber, isStruct } from '../model/codecs'
import type { Codec } from '../model/codecs'
import type { Unknowns } from '../model/unknowns'

/** The members of an enum field's enum, found by the codec's name. */
const membersOf = ({ name }: Codec): Readonly<Record<string, number>> | undefined => {
  const shown = [...name.matchAll(/(\d+) (\w+)/g)]
  return Object.values<Readonly<Record<string, number>>>(enums).find(members =>
    shown.every(([, value, member = '']) => members[member] === Number(value)),
  )
}

/** The number for the name of an enum member, or for a number written as text. Other values stay. */
const numberOf = (codec: Codec, text: string): unknown => {
  if (!isEnum(codec) && !isNumber(codec)) return text
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  const members = isEnum(codec) ? membersOf(codec) : undefined
  return members && Object.hasOwn(members, text) ? members[text] : text
}

/**
 * A payload with strict values. One value stands for a repeated field with one value, as on the live server. Other
 * loose values are unknown, so there is an option.
 */
export const coerce = (codec: AnyStruct, payload: unknown, looseValues: Unknowns['looseValues']): unknown => {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload
  const meant = (type: Codec, u: unknown): unknown =>
    isStruct(type)
      ? coerce(type, u, looseValues)
      : looseValues === 'accepted' && typeof u === 'string'
        ? numberOf(type, u)
        : u
  return Object.fromEntries(
    Object.entries(payload).map(([key, u]: [string, unknown]) => {
      const field = fieldCodec(codec, key)
      if (field === undefined) return [key, u]
      if (!field.repeated) return [key, meant(field.codec, u)]
      const items: readonly unknown[] = Array.isArray(u) ? u : [u]
      return [key, items.map(item => meant(field.codec, item))]
    }),
  )
}
