import { messageCodec } from '../../protocol/table'
import type { MessageType } from '../../protocol/table'
import { coerce } from './coerce'
import type { Unknowns } from '../model/unknowns'

/**
 * The payload of a request with strict values, or what is wrong with it. Never the value, because it may be a
 * secret.
 */
export type Formed = { readonly payload: object } | { readonly fault: string }

const invalid = (payloadType: MessageType, payload: unknown): string => {
  const result = messageCodec(payloadType).decode(payload)
  const context = result._tag === 'Left' ? (result.left[0]?.context ?? []) : []
  const [root, ...path] = context
  const field = path.length === 0 ? 'payload' : path.map(({ key }) => key).join('.')
  return `Field ${field} is missing or not of type ${(path.at(-1) ?? root)?.type.name ?? 'message'}`
}

/**
 * Reads a payload as strictly as the server. Unknown fields are tolerated. A number that the enum does not have is
 * refused, and so is one above 2^53, because JSON has lost its digits.
 */
export const wellFormed = (
  payloadType: MessageType,
  given: unknown,
  looseValues: Unknowns['looseValues'],
): Formed => {
  const codec = messageCodec(payloadType)
  const payload = coerce(codec, given, looseValues)
  let fault: string | undefined
  const verdict = codec.check(payload, (_, field, kind) => {
    if (kind === 'unknownEnumValue') fault ??= `Field ${field} has a value its type does not have`
    if (kind === 'inexactInteger') fault ??= `Field ${field} has more digits than a number can hold`
  })
  if (verdict === 0) return { fault: invalid(payloadType, payload) }
  return fault === undefined ? { payload: payload as object } : { fault }
}
