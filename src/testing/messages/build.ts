import type { MessageOf, MessageType, Payload } from '../../protocol/table'

/** The fields that a test sets. The rest has the usual values. `undefined` leaves a field out. */
export type Overrides<T> = T extends number | string | boolean | readonly unknown[]
  ? T
  : { readonly [K in keyof T]?: Overrides<T[K]> | undefined }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The usual value with overrides at any depth. Lists are replaced as a whole. */
export const overridden = <T extends object>(usual: T, overrides: Overrides<T> | undefined): T => {
  const fields = new Map<string, unknown>(Object.entries(usual))
  for (const [field, value] of Object.entries(overrides ?? {})) {
    const before = fields.get(field)
    if (value === undefined) fields.delete(field)
    else fields.set(field, isRecord(before) && isRecord(value) ? overridden<object>(before, value) : value)
  }
  return Object.fromEntries(fields) as T
}

/** Builds a message with its usual fields, or with overrides. */
export type MessageBuilder<T extends MessageType> = (overrides?: Overrides<Payload<T>>) => MessageOf<T>

export const message = <T extends MessageType>(payloadType: T, payload: Payload<T>): MessageOf<T> => ({
  payloadType,
  payload,
})

/** The builder of a message. */
export const build =
  <T extends MessageType>(payloadType: T, usual: Payload<T>): MessageBuilder<T> =>
  overrides =>
    message(payloadType, overridden(usual, overrides as Overrides<object> | undefined) as Payload<T>)
