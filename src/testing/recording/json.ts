/** The parsed JSON; `undefined` if it is invalid. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A text as it appears in JSON, without quotes. */
export const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
