import { createSecureContext } from 'node:tls'
import type { SecureContextOptions } from 'node:tls'
import { invalidOption } from '../../errors'

/** As the server takes it. */
export const readPem = (pem: string | Uint8Array): string | Buffer =>
  typeof pem === 'string' ? pem : Buffer.from(pem)

/** Otherwise the mistake would be one of OpenSSL's, when the server starts. */
export const checkPem = (option: string, parts: SecureContextOptions, fault = 'must be PEM'): void => {
  try {
    createSecureContext(parts)
  } catch {
    throw invalidOption(option, fault)
  }
}
