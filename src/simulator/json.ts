export type ClientFrame =
  | { readonly kind: 'malformed'; readonly position: string; readonly clientMsgId?: undefined }
  | {
      readonly kind: 'object'
      readonly payloadType: unknown
      readonly clientMsgId: string | undefined
      readonly payload: unknown
    }

/** Line and column behind the last character, which is where the live server stopped reading in the one case known. */
const endOf = (text: string): string => {
  const lines = text.split('\n')
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}

/** A client's frame, read with the server's eyes: whatever is not an object is malformed. */
export const readFrame = (text: string): ClientFrame => {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    frame = undefined
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame))
    return { kind: 'malformed', position: endOf(text) }
  const { payloadType, clientMsgId, payload = {} } = frame as Readonly<Record<string, unknown>>
  return {
    kind: 'object',
    payloadType,
    clientMsgId: typeof clientMsgId === 'string' ? clientMsgId : undefined,
    payload,
  }
}
