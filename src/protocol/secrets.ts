import type { Message } from './table'

/** The fields whose values leave the program only on the wire. */
export const secretFields = ['clientSecret', 'accessToken', 'refreshToken'] as const

export const REDACTED = '[redacted]'

/** The message as it may be shown to every listener: itself, or a copy without its tokens. */
export const concealed = (message: Message): Message => {
  const payload: object = message.payload
  // Asked of every message that comes in: no loop, nothing allocated.
  if (!('accessToken' in payload || 'refreshToken' in payload || 'clientSecret' in payload)) return message
  const secrets = secretFields.filter(field => field in payload).map(field => [field, REDACTED] as const)
  return { ...message, payload: Object.assign({}, payload, Object.fromEntries(secrets)) } as Message
}
