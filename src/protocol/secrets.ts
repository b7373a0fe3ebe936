import type { Message } from './table'

/** The fields whose values leave the program only on the wire. */
export const secretFields = ['clientSecret', 'accessToken', 'refreshToken'] as const

export const REDACTED = '[redacted]'

/** The message as it may be shown to every listener: itself, or a copy without its tokens. */
export const concealed = (message: Message): Message => {
  const payload: object = message.payload
  const secrets = secretFields.filter(field => field in payload)
  return secrets.length === 0
    ? message
    : ({
        ...message,
        payload: { ...payload, ...Object.fromEntries(secrets.map(field => [field, REDACTED])) },
      } as Message)
}
