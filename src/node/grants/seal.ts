import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { parseJson } from '../../util/parseJson'

/** A key that seals tokens. */
export interface GrantKey {
  /** Its name in the files, such as `2026-11`: up to 64 letters, digits, dots, dashes and underscores. It is no secret. */
  readonly id: string
  /** 32 random bytes, or their base64. */
  readonly key: string | Uint8Array
}

/** Seals texts, and opens them again. */
export interface Sealer {
  readonly seal: (text: string, grantId: string) => string
  /** The text, and what is different in each seal. Throws without anything of the text. */
  readonly open: (sealed: string, grantId: string) => { readonly text: string; readonly version: string }
}

interface Sealed {
  readonly key: string
  readonly nonce: string
  readonly sealed: string
}

const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const NAMES: Readonly<Record<keyof GrantKey, true>> = { id: true, key: true }

const bytesOf = (key: unknown): Uint8Array | undefined => {
  if (key instanceof Uint8Array) return key
  if (typeof key !== 'string' || !/^[\w+/-]{43}=?$/.test(key)) return undefined
  return Buffer.from(key, 'base64')
}

/** The keys by their ids. Throws `InvalidOption` with the place of a mistake, never with a key. */
const readKeys = (keys: readonly GrantKey[]): ReadonlyMap<string, Uint8Array> => {
  if (!Array.isArray(keys) || keys.length === 0) throw invalidOption('keys', 'must be a list of keys')
  const known = new Map<string, Uint8Array>()
  keys.forEach((given: unknown, index) => {
    const option = `keys.${index}`
    if (typeof given !== 'object' || given === null) throw invalidOption(option, 'must be an object')
    checkNames(given, NAMES, `${option}.`)
    const { id, key } = given as Partial<GrantKey>
    if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id))
      throw invalidOption(`${option}.id`, 'must have 1 to 64 letters, digits, dots, dashes and underscores')
    if (known.has(id)) throw invalidOption(`${option}.id`, 'must be unique')
    const bytes = bytesOf(key)
    if (bytes?.length !== KEY_LENGTH)
      throw invalidOption(`${option}.key`, 'must be 32 bytes, or their base64')
    known.set(id, Uint8Array.from(bytes))
  })
  return known
}

const isSealed = (u: unknown): u is Sealed => {
  const { key, nonce, sealed } = Object(u) as Partial<Record<keyof Sealed, unknown>>
  return [key, nonce, sealed].every(field => typeof field === 'string')
}

/** What a seal belongs to: a file that is copied over that of another grant does not open. */
const context = (key: string, grantId: string): Buffer =>
  Buffer.from(JSON.stringify(['rx-ctrader grant', key, grantId]))

const unreadable = (detail: string): Error => invalidOption('grantId', `names tokens that ${detail}`)

/** AES-256-GCM. The first key seals, and all open. */
export const createSealer = (keys: readonly GrantKey[]): Sealer => {
  const known = readKeys(keys)
  const [[id, key] = ['', new Uint8Array()]] = known

  const decrypt = ({ key: keyId, nonce, sealed }: Sealed, secret: Uint8Array, grantId: string): string => {
    const bytes = Buffer.from(sealed, 'base64')
    const options = { authTagLength: TAG_LENGTH }
    const decipher = createDecipheriv('aes-256-gcm', secret, Buffer.from(nonce, 'base64'), options)
    decipher.setAAD(context(keyId, grantId))
    decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
    return decipher.update(bytes.subarray(0, -TAG_LENGTH), undefined, 'utf8') + decipher.final('utf8')
  }

  return {
    seal: (text, grantId) => {
      const nonce = randomBytes(NONCE_LENGTH)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH })
      cipher.setAAD(context(id, grantId))
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      const file: Sealed = { key: id, nonce: nonce.toString('base64'), sealed: bytes.toString('base64') }
      return `${JSON.stringify(file)}\n`
    },
    open: (file, grantId) => {
      const content = parseJson(file)
      if (!isSealed(content)) throw unreadable('are not sealed')
      const secret = known.get(content.key)
      if (!secret) throw unreadable('are sealed with a key that is not there')
      try {
        return { text: decrypt(content, secret, grantId), version: content.nonce }
      } catch {
        // The engine's error could say something of the content.
        throw unreadable('do not open: the key is another one, or the file was changed')
      }
    },
  }
}
