/**
 * What is longer than a server takes goes in parts. Each begins with the id of the text and a number, and before them `+`,
 * or `=` for the last one.
 */
const MORE = '+'.charCodeAt(0)
const LAST = '='.charCodeAt(0)
const SPACE = ' '.charCodeAt(0)

/** More than the head of a part needs, in bytes. */
const HEAD = 64
/** The most bytes of one character in a text. */
const WIDEST = 3
/** So many texts may be under way. Of older ones, the rest was lost. */
const UNDER_WAY = 16

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A text as messages of at most so many bytes. `nextId` gives an id that no other text has had, without a space. */
export const toParts = (
  text: string,
  limit: number,
  nextId: () => string,
): readonly (string | Uint8Array)[] => {
  // What looks like a part goes as one.
  const isPlain = !/^[+=]/.test(text)
  if (isPlain && text.length * WIDEST <= limit) return [text]
  const bytes = encoder.encode(text)
  if (isPlain && bytes.length <= limit) return [bytes]
  const id = nextId()
  const size = limit - HEAD
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, part) => {
    const head = encoder.encode(`${part === count - 1 ? '=' : '+'}${id} ${part} `)
    return join([head, bytes.subarray(part * size, (part + 1) * size)])
  })
}

/** A message, as a connection has it. */
interface Received {
  readonly data: Uint8Array
  readonly string: () => string
}

/** Gives the text of a message, or of all parts with the last one. One that misses a part is left out. */
export const createJoiner = (): ((message: Received) => string | undefined) => {
  const texts = new Map<string, Uint8Array[]>()
  return message => {
    const { data } = message
    const [first] = data
    if (first !== MORE && first !== LAST) return message.string()
    const idEnd = data.indexOf(SPACE)
    const headEnd = data.indexOf(SPACE, idEnd + 1)
    const id = decoder.decode(data.subarray(1, idEnd))
    const parts = texts.get(id) ?? []
    if (Number(decoder.decode(data.subarray(idEnd + 1, headEnd))) !== parts.length) {
      texts.delete(id)
      return undefined
    }
    parts.push(data.subarray(headEnd + 1))
    texts.set(id, parts)
    const [oldest = ''] = texts.keys()
    if (texts.size > UNDER_WAY) texts.delete(oldest)
    if (first === MORE) return undefined
    texts.delete(id)
    return decoder.decode(join(parts))
  }
}
