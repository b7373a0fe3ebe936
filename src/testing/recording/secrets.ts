import { MAX_NESTING, isDeeperThan, secretFields } from '../../protocol/secrets'
import { redact } from '../../transport/redact'
import type { Secrets } from '../../transport/secrets'
import { parsed } from './json'

/**
 * Takes the secrets out of texts: out of their fields, and wherever else one occurs that is known or was seen in its
 * field before, as in what a server says of a request.
 */
export const createRedactor =
  ({ conceal, concealValue, rememberHeard }: Secrets): ((text: string) => string) =>
  text => {
    if (secretFields.some(field => text.includes(field))) rememberHeard(parsed(text))
    const safe = redact(text)
    if (conceal(safe) === safe) return safe
    // In JSON it is taken out of the values, so that JSON it stays.
    const json = parsed(safe)
    return json === undefined || isDeeperThan(json, MAX_NESTING)
      ? conceal(safe)
      : JSON.stringify(concealValue(json))
  }
