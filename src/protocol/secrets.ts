import { MANY, STRING, STRUCT } from './codec/plan'
import type { Plan } from './codec/plan'
import { messageRow, table } from './table'
import type { MessageType } from './table'

/** The fields whose values must leave the program only on the wire. */
export const secretFields = ['clientSecret', 'accessToken', 'refreshToken'] as const

export const REDACTED = '[redacted]'

export const isSecretField = (key: string): boolean => secretFields.some(field => field === key)

/** No message is nested so deep, and recursive code overflows the stack on JSON that is nested much deeper. */
export const MAX_NESTING = 64

/** Whether lists and objects are nested deeper than this many levels. */
export const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some(held => isDeeperThan(held, levels - 1)))

/** The values of secret fields, down to the deepest level of a message. */
export const findSecrets = (value: unknown, levels = MAX_NESTING): readonly string[] => {
  if (typeof value !== 'object' || value === null || levels === 0) return []
  return Object.entries(value).flatMap(([key, held]) =>
    typeof held === 'string' && isSecretField(key) ? [held] : findSecrets(held, levels - 1),
  )
}

const holdsString = ({ kind, item, fields }: Plan): boolean =>
  kind === STRING ||
  (kind === MANY && item !== undefined && holdsString(item)) ||
  (kind === STRUCT && [...fields.values()].some(holdsString))

/** An array by payload type, as in the table, because every frame looks it up. */
const byType = (is: (payloadType: number) => boolean): readonly boolean[] =>
  Array.from({ length: Math.max(...Object.keys(table).map(Number)) + 1 }, (_, payloadType) => is(payloadType))

const holders = byType(payloadType => {
  const codec = messageRow(payloadType)?.codec
  return codec !== undefined && secretFields.some(field => field in codec.fields)
})

const withText = byType(payloadType => {
  const codec = messageRow(payloadType)?.codec
  return codec !== undefined && holdsString(codec.plan)
})

/** Whether messages of this type have a secret field in the table. Unknown fields may be secret in any type. */
export const holdsSecrets = (payloadType: MessageType): boolean => holders[payloadType] === true

/** Whether messages of this type have a text field, in which a server may repeat a secret. Prices have none. */
export const holdsText = (payloadType: MessageType): boolean => withText[payloadType] === true
