import { CTraderError, isCTraderError } from '../errors'
import type { Failure } from '../errors'
import { REDACTED, isSecretField, secretFields, findSecrets } from '../protocol/secrets'
import { carryUnreadable } from '../protocol/codec/readable'
import type { Message } from '../protocol/table'
import { SHORTEST_INDEXED, createBlockIndex } from './blockIndex'
import { redact } from './redact'

/** The secrets that a client knows, and how to remove them from what it passes on. */
export interface Secrets {
  /** Remembers the secret fields of our own options, requests and answers. */
  readonly remember: (held: unknown) => void
  /** The same for what a server pushes. There may be any amount of it, so only a little is kept. */
  readonly rememberHeard: (held: unknown) => void
  /** A text without any known secret, however the server has escaped it. */
  readonly conceal: (text: string) => string
  /**
   * The text of a frame, also one that breaks off: without known secrets, and without the values of secret fields.
   */
  readonly concealFrame: (text: string) => string
  /**
   * Whether the text of a frame may contain a secret. Fast, because most do not. It searches for the names of
   * secret fields only if the frame may have fields that its type does not have.
   */
  readonly mayBeIn: (text: string, mayHaveOtherFields: boolean) => boolean
  /** The same for a JSON value: its texts, its field names, and the values of secret fields. */
  readonly concealValue: (value: unknown) => unknown
  /** The message for all listeners. */
  readonly concealMessage: (message: Message) => Message
  /** The error itself, or a copy without secrets. */
  readonly concealError: (error: CTraderError) => CTraderError
}

/** A shorter secret may be an ordinary word, such as `demo`. In its own field it is still redacted. */
const SHORTEST = 8
/** No server accepts a longer one. */
const LONGEST = 16 * 1024
/** How many of our secrets to keep: those of a thousand grants, also after a renewal. */
const MOST = 4_096
/** How many others. */
const MOST_HEARD = 32
/** The longest text of a frame to keep. */
const MAX_KEPT = 64 * 1024

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|(["\\/]))/gi, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(parseInt(hex, 16)),
  )

/** The length of a secret's beginning at the end of a text, where the text may have been cut off. */
const cutOff = (text: string, secret: string): number => {
  for (let length = Math.min(secret.length - 1, text.length); length >= SHORTEST; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length
  return 0
}

/** The forms in which a secret occurs. */
const formsOf = (secret: string): readonly string[] => {
  const forms = [secret, inJson(secret)]
  return [...new Set(/\p{Surrogate}/u.test(secret) ? forms : [...forms, encodeURIComponent(secret)])]
}

/** Up to this number of forms, looking for each is faster than an index of them. */
const FEW = 32

/** Keeps the forms of a limited number of secrets. Above it, the least recently used one is forgotten. */
const keepForms = (most: number) => {
  const known = new Map<string, readonly string[]>()
  let forms: readonly string[] | undefined
  /** Both may also have some that were forgotten: what they find is only looked at more closely. */
  let index = createBlockIndex()
  let short: string[] = []
  let forgotten = 0

  const put = (form: string): void => {
    if (form.length < SHORTEST_INDEXED) short.push(form)
    else index.add(form)
  }

  const forgetOldest = (): void => {
    const [oldest] = known.keys()
    if (known.size <= most || oldest === undefined) return
    known.delete(oldest)
    forgotten += 1
    if (forgotten < most) return
    forgotten = 0
    short = []
    index = createBlockIndex()
    for (const own of known.values()) own.forEach(put)
  }

  const allForms = (): readonly string[] => {
    forms ??= [...known.values()].flat()
    return forms
  }

  return {
    forms: allForms,
    mayBeIn: (text: string): boolean => {
      const isFew = allForms().length <= FEW
      return (!isFew && index.mayBeIn(text)) || (isFew ? allForms() : short).some(form => text.includes(form))
    },
    add: (held: unknown): void => {
      for (const secret of findSecrets(held)) {
        if (secret.length < SHORTEST || secret.length > LONGEST) continue
        let own = known.get(secret)
        known.delete(secret)
        if (!own) {
          own = formsOf(secret)
          own.forEach(put)
        }
        known.set(secret, own)
        forgetOldest()
        forms = undefined
      }
    },
  }
}

/** The value itself if the copy is equal. */
const sameOr = <T extends object>(value: T, copy: T): T => {
  const held = Object.entries(value)
  const copied = Object.entries(copy)
  return held.every(([key, one], index) => copied[index]?.[0] === key && copied[index][1] === one)
    ? value
    : copy
}

export const createSecrets = (): Secrets => {
  const ours = keepForms(MOST)
  const heard = keepForms(MOST_HEARD)
  const forms = (): readonly string[] => [...ours.forms(), ...heard.forms()]

  const replaced = (text: string): string => {
    // Most have none, and there may be thousands of secrets to look for.
    if (!ours.mayBeIn(text) && !heard.mayBeIn(text)) return text
    let safe = text
    for (const form of forms()) safe = safe.replaceAll(form, REDACTED)
    return safe
  }

  const conceal = (text: string): string => {
    const safe = replaced(text)
    if (!safe.includes('\\')) return safe
    const plain = unescaped(safe)
    const safePlain = replaced(plain)
    return safePlain === plain ? safe : safePlain
  }

  const withoutEnd = (text: string): string => {
    for (const form of forms()) {
      const length = cutOff(text, form)
      if (length > 0) return `${text.slice(0, -length)}${REDACTED}`
    }
    return text
  }

  const concealValue = (value: unknown): unknown => {
    if (typeof value === 'string') return conceal(value)
    if (isCTraderError(value)) return concealError(value)
    if (Array.isArray(value)) return sameOr(value, value.map(concealValue))
    if (typeof value !== 'object' || value === null) return value
    const safe = Object.entries(value).map(([key, held]): [string, unknown] => [
      conceal(key),
      isSecretField(key) && held !== undefined ? REDACTED : concealValue(held),
    ])
    return sameOr(value, Object.fromEntries(safe))
  }

  const concealError = (error: CTraderError): CTraderError => {
    const { name, ...failure } = error
    const safe = concealValue(failure) as Failure
    const isSafe = JSON.stringify({ name, ...safe }) === JSON.stringify({ name, ...failure })
    return isSafe ? error : new CTraderError(safe)
  }

  return {
    remember: ours.add,
    rememberHeard: heard.add,
    conceal,
    concealFrame: text => withoutEnd(conceal(redact(text.slice(0, MAX_KEPT)))),
    mayBeIn: (text, mayHaveOtherFields) =>
      text.includes('\\') ||
      (mayHaveOtherFields && secretFields.some(field => text.includes(field))) ||
      ours.mayBeIn(text) ||
      heard.mayBeIn(text),
    concealValue,
    concealMessage: ({ payloadType, clientMsgId, payload }) =>
      ({
        payloadType,
        ...(clientMsgId !== undefined && { clientMsgId: conceal(clientMsgId) }),
        payload: carryUnreadable(payload, concealValue(payload)),
      }) as Message,
    concealError,
  }
}
