import { REDACTED, secretFields } from '../protocol/secrets'

const secretField = String.raw`"(?:${secretFields.join('|')})\\*"\s*:\s*`

/**
 * The end of the string that begins at `from`, after its closing quote. A string that is cut off ends with the
 * text.
 */
const endOfString = (text: string, from: number): number => {
  const special = /["\\]/g
  special.lastIndex = from
  for (let found = special.exec(text); found; found = special.exec(text)) {
    if (found[0] === '"') return special.lastIndex
    // An escaped character does not end it.
    special.lastIndex += 1
  }
  return text.length
}

/**
 * The end of the value that begins at `from`. If it is not a string, as it should be, what follows is removed too.
 */
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
 * Frame text without the values of its secret fields, for logs and recordings. It works on text, because the frames
 * that get kept are often malformed JSON. It loops over values: a regular expression for the whole text would
 * overflow the stack on a value of megabytes.
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
