import { MANY, STRING, STRUCT } from './codec/plan'
import type { Plan } from './codec/plan'
import { rowOf, table } from './table'
import type { MessageType } from './table'

/** The fields whose values leave the program only on the wire. */
export const secretFields = ['clientSecret', 'accessToken', 'refreshToken'] as const

export const REDACTED = '[redacted]'

export const isSecretField = (key: string): boolean => secretFields.some(field => field === key)

/** No message has a value nested so deep, and JSON that is nested much deeper overflows the stack of what walks it. */
export const MAX_NESTING = 64

/** Whether lists and objects are nested deeper than so many levels. */
export const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some(held => isDeeperThan(held, levels - 1)))

/** The values of secret fields, down to the deepest level that a message has. */
export const secretsIn = (value: unknown, levels = MAX_NESTING): readonly string[] => {
  if (typeof value !== 'object' || value === null || levels === 0) return []
  return Object.entries(value).flatMap(([key, held]) =>
    typeof held === 'string' && isSecretField(key) ? [held] : secretsIn(held, levels - 1),
  )
}

const holdsString = ({ kind, item, fields }: Plan): boolean =>
  kind === STRING ||
  (kind === MANY && item !== undefined && holdsString(item)) ||
  (kind === STRUCT && [...fields.values()].some(holdsString))

/** By payload type, as in the table's own look-up: it is asked of every frame. */
const byType = (is: (payloadType: number) => boolean): readonly boolean[] =>
  Array.from({ length: Math.max(...Object.keys(table).map(Number)) + 1 }, (_, payloadType) => is(payloadType))

const holders = byType(payloadType => {
  const codec = rowOf(payloadType)?.codec
  return codec !== undefined && secretFields.some(field => field in codec.fields)
})

const withText = byType(payloadType => {
  const codec = rowOf(payloadType)?.codec
  return codec !== undefined && holdsString(codec.plan)
})

/** Whether the table has a secret in messages of this type. A field it does not know may be one in any. */
export const holdsSecrets = (payloadType: MessageType): boolean => holders[payloadType] === true

/** Whether the table has a text in messages of this type, in which a server may repeat a secret. Prices have none. */
export const holdsText = (payloadType: MessageType): boolean => withText[payloadType] === true
