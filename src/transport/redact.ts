import { REDACTED, secretFields } from '../protocol/secrets'

const secretValue = new RegExp(
  String.raw`("(?:${secretFields.join('|')})\\*"\s*:\s*)(?:\\*"(?:[^"\\]|\\[\s\S])*"?|[[{][\s\S]*|[^\s,}\]]+)`,
  'g',
)

/**
 * Frame text without the values of its secret fields, for whatever keeps or shows frames. It reads text, not JSON,
 * because the frames that get kept are the malformed ones; where the value is not the string it should be, what
 * follows goes with it.
 */
export const redact = (text: string): string => text.replace(secretValue, `$1"${REDACTED}"`)
