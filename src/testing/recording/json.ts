/** What a text is as JSON, or nothing where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A text as it stands in JSON, without the quotes. */
export const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
