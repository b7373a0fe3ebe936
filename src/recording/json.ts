/** A text as it appears in JSON, without quotes. */
export const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
