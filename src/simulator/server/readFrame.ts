import { parseJson } from '../../util/parseJson'

export type ClientFrame =
  | { readonly kind: 'malformed'; readonly position: string; readonly clientMsgId?: undefined }
  | {
      readonly kind: 'object'
      readonly payloadType: unknown
      readonly clientMsgId: string | undefined
      readonly payload: unknown
    }

/** Line and column after the last character. The live server stopped reading there in the one known case. */
const endOf = (text: string): string => {
  const lines = text.split('\n')
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}

/** Reads a client's frame as the server does. JSON that is not an object has no payload type. */
export const readFrame = (text: string): ClientFrame => {
  const parsed = parseJson(text)
  if (parsed === undefined) return { kind: 'malformed', position: endOf(text) }
  const { payloadType, clientMsgId, payload = {} } = Object(parsed) as Readonly<Record<string, unknown>>
  return {
    kind: 'object',
    payloadType,
    clientMsgId: typeof clientMsgId === 'string' ? clientMsgId : undefined,
    payload,
  }
}
