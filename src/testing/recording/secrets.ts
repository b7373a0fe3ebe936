import { REDACTED, secretFields, secretsIn } from '../../protocol/secrets'
import { redact } from '../../transport/redact'
import { inJson, parsed } from './json'

/** What is shorter is likely to occur as something else: `demo` is a word. In its own field it is redacted all the same. */
const SHORTEST = 8

/**
 * Takes the secrets out of texts: out of their fields, and wherever else one occurs that is known or was seen in its
 * field before, as in what a server says of a request.
 */
export const createRedactor = (known: Set<string>): ((text: string) => string) => {
  const without = (text: string): string => {
    let safe = text
    for (const secret of known)
      if (secret.length >= SHORTEST)
        safe = safe.replaceAll(secret, REDACTED).replaceAll(inJson(secret), REDACTED)
    return safe
  }

  return text => {
    if (secretFields.some(field => text.includes(field)))
      for (const secret of secretsIn(parsed(text))) known.add(secret)
    const safe = redact(text)
    if (without(safe) === safe) return safe
    // In JSON it is taken out of the values, so that JSON it stays.
    const json = parsed(safe)
    return json === undefined
      ? without(safe)
      : JSON.stringify(json, (_, value: unknown) => (typeof value === 'string' ? without(value) : value))
  }
}
