/** How many characters are compared at a time. */
const BLOCK = 8

/** What is this long covers a whole block of any text in which it occurs, so its beginning is enough. */
export const SHORTEST_INDEXED = 2 * BLOCK - 1

const hashAt = (text: string, from: number): number => {
  let hash = 0
  for (let at = from; at < from + BLOCK; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}

/** Many texts, to find out quickly whether one of them may occur in another text. */
export interface BlockIndex {
  /** The text must be at least `SHORTEST_INDEXED` long. Only its beginning is kept. */
  readonly add: (text: string) => void
  /**
   * Whether one of them may occur in a text. `false` is certain. The time does not depend on how many there are:
   * the text is cut into blocks, and each block is looked up among those of all the texts.
   */
  readonly mayBeIn: (text: string) => boolean
}

export const createBlockIndex = (): BlockIndex => {
  const hashes = new Set<number>()
  return {
    add: text => {
      for (let from = 0; from < BLOCK; from += 1) hashes.add(hashAt(text, from))
    },
    mayBeIn: text => {
      for (let from = 0; from + BLOCK <= text.length; from += BLOCK)
        if (hashes.has(hashAt(text, from))) return true
      return false
    },
  }
}
