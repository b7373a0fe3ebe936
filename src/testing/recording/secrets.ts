import { REDACTED, secretFields } from '../../protocol/secrets'
import { redact } from '../../transport/redact'
import { inJson, parsed } from './json'

/** What is shorter is likely to occur as something else: `demo` is a word. In its own field it is redacted all the same. */
const SHORTEST = 8

/** The values of secret fields, however deep. */
const secretsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, held]) =>
    typeof held === 'string' && secretFields.some(field => field === key) ? [held] : secretsIn(held),
  )
}

/**
 * Takes the secrets out of texts: out of their fields, and wherever else one occurs that was seen in its field before,
 * as in what a server says of a request.
 */
export const createRedactor = (): ((text: string) => string) => {
  const seen = new Set<string>()
  const without = (text: string): string => {
    let safe = text
    for (const secret of seen) safe = safe.replaceAll(secret, REDACTED).replaceAll(inJson(secret), REDACTED)
    return safe
  }

  return text => {
    if (secretFields.some(field => text.includes(field)))
      for (const secret of secretsIn(parsed(text))) if (secret.length >= SHORTEST) seen.add(secret)
    const safe = redact(text)
    if (without(safe) === safe) return safe
    // In JSON it is taken out of the values, so that JSON it stays.
    const json = parsed(safe)
    return json === undefined
      ? without(safe)
      : JSON.stringify(json, (_, value: unknown) => (typeof value === 'string' ? without(value) : value))
  }
}
