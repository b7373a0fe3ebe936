import { REDACTED, secretFields } from '../protocol/secrets'

const secretField = String.raw`"(?:${secretFields.join('|')})\\*"\s*:\s*`

/** Where the string that begins at `from` ends, after its closing quote. One that is cut off ends with the text. */
const endOfString = (text: string, from: number): number => {
  const special = /["\\]/g
  special.lastIndex = from
  for (let found = special.exec(text); found; found = special.exec(text)) {
    if (found[0] === '"') return special.lastIndex
    // What is escaped does not end it.
    special.lastIndex += 1
  }
  return text.length
}

/** Where the value that begins at `from` ends. Where it is not the string it should be, what follows goes with it. */
const endOfValue = (text: string, from: number): number => {
  const opening = /\\*"/y
  opening.lastIndex = from
  if (opening.test(text)) return endOfString(text, opening.lastIndex)
  if (text[from] === '[' || text[from] === '{') return text.length
  const bare = /[^\s,}\]]*/y
  bare.lastIndex = from
  bare.test(text)
  return bare.lastIndex
}

/**
 * Frame text without the values of its secret fields, for whatever keeps or shows frames. It reads text and not JSON,
 * because the frames that get kept are the malformed ones. It takes a step for each value and not for each character:
 * a regular expression for all of it would overflow the stack on a value of megabytes.
 */
export const redact = (text: string): string => {
  const field = new RegExp(secretField, 'g')
  let safe = ''
  let kept = 0
  for (let found = field.exec(text); found; found = field.exec(text)) {
    const from = field.lastIndex
    const end = endOfValue(text, from)
    if (end === from) continue
    safe += `${text.slice(kept, from)}"${REDACTED}"`
    kept = end
    field.lastIndex = end
  }
  return safe + text.slice(kept)
}
