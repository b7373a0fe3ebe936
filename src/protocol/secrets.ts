import { rowOf, table } from './table'
import type { Message, MessageType } from './table'

/** The fields whose values leave the program only on the wire. */
export const secretFields = ['clientSecret', 'accessToken', 'refreshToken'] as const

export const REDACTED = '[redacted]'

/** The values of secret fields, however deep. */
export const secretsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, held]) =>
    typeof held === 'string' && secretFields.some(field => field === key) ? [held] : secretsIn(held),
  )
}

/** By payload type, as in the table's own look-up: it's asked of every frame. */
const holders: readonly boolean[] = Array.from(
  { length: Math.max(...Object.keys(table).map(Number)) + 1 },
  (_, payloadType) => {
    const codec = rowOf(payloadType)?.codec
    return codec !== undefined && secretFields.some(field => field in codec.fields)
  },
)

/** Whether the table has a secret in messages of this type. A field it does not know may be one in any. */
export const holdsSecrets = (payloadType: MessageType): boolean => holders[payloadType] === true

/** The message as it may be shown to every listener: itself, or a copy without its tokens. */
export const concealed = (message: Message): Message => {
  const { payload } = message
  const secrets = secretFields.filter(field => field in payload)
  if (secrets.length === 0) return message
  const redacted = Object.fromEntries(secrets.map(field => [field, REDACTED]))
  return { ...message, payload: Object.assign({}, payload, redacted) } as Message
}
