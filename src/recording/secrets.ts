import { MAX_NESTING, isDeeperThan, secretFields } from '../protocol/secrets'
import { redact } from '../transport/redact'
import type { Secrets } from '../transport/secrets'
import { parseJson } from '../util/parseJson'

/**
 * Removes secrets from texts: from secret fields, and every known secret elsewhere, for example where a server
 * repeats a request.
 */
export const createRedactor =
  ({ conceal, concealValue, rememberHeard }: Secrets): ((text: string) => string) =>
  text => {
    if (secretFields.some(field => text.includes(field))) rememberHeard(parseJson(text))
    const safe = redact(text)
    if (conceal(safe) === safe) return safe
    // Removed from the values, so that the result is still JSON.
    const json = parseJson(safe)
    return json === undefined || isDeeperThan(json, MAX_NESTING)
      ? conceal(safe)
      : JSON.stringify(concealValue(json))
  }
