/** How a connection ended, in the WebSocket's words. */
export interface CloseInfo {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
}

/** One thing wrong with a value: where, what was expected, and the kind of what was there (never the value). */
export interface Fault {
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** What a {@link CTraderError} can be, told apart by `reason`. */
export type Failure =
  /** The line ended. `sent` says whether the request had left; `close` is there if the transport told. */
  | {
      readonly reason: 'ConnectionLost'
      readonly sent: boolean
      readonly close?: CloseInfo
      readonly detail?: string
    }
  /** The server answered with `2142`, `50` or, to an order, `2132`. */
  | {
      readonly reason: 'Refused'
      readonly payloadType: number
      readonly errorCode: string
      readonly description?: string
      /** Seconds until the server takes this payload type again. */
      readonly retryAfter?: number
      /** When the maintenance ends, in ms since the epoch. */
      readonly maintenanceEndTimestamp?: number
    }
  /** The server ended the account's session on a healthy line, by the event of this payload type. */
  | { readonly reason: 'SessionEnded'; readonly payloadType: number; readonly detail?: string }
  /** The broker has blocked this application, as the server said by 2148. */
  | { readonly reason: 'ClientBlocked'; readonly detail: string }
  /** The refresh token is used up or revoked: only the user can grant access again. */
  | { readonly reason: 'GrantLost'; readonly errorCode: string; readonly description?: string }
  /** `saveTokens` failed with a renewed pair, which is kept and saved again; or could not save one, and nothing was renewed. */
  | { readonly reason: 'TokensNotSaved'; readonly detail: string }
  /** The account is of the other environment than the client: nothing was sent. */
  | { readonly reason: 'WrongEnvironment'; readonly accountId: number; readonly environment: string }
  /** No answer in time. A request that was `sent` may have taken effect; else there was no line to send it on. */
  | {
      readonly reason: 'Timeout'
      readonly payloadType: number
      readonly after: number
      readonly sent: boolean
      readonly detail?: string
    }
  /** The request was not sent, because these fields are missing or of the wrong type. */
  | { readonly reason: 'InvalidRequest'; readonly payloadType: number; readonly faults: readonly Fault[] }
  /**
   * The answer has more characters than a frame may have, the `limit`: ask for less at a time. Where it has ended lines
   * by its size, `lines` says how many: the client does not ask for as much again.
   */
  | {
      readonly reason: 'TooLarge'
      readonly payloadType: number
      readonly limit: number
      readonly lines?: number
      readonly detail?: string
    }
  /** The answer came, and could not be decoded. */
  | { readonly reason: 'InvalidAnswer'; readonly payloadType: number; readonly faults: readonly Fault[] }
  /**
   * The order has certainly not left this client, so it had no effect: it is safe to place it again. `id` is its
   * `clientMsgId`, if it had one yet; `cause` is what kept it, as the loss of the line, or why the account has failed for
   * good, if it was not the journal.
   */
  | {
      readonly reason: 'NotSent'
      readonly id?: string
      readonly detail: string
      readonly cause?: CTraderError
    }
  /**
   * The order has left, and the server shows no sign of it: it was asked `asked` times, while the account was
   * authenticated for `after` ms. It may still be on its way, or done and not yet in the server's lists: placing it again
   * may do it twice. It stays open in the journal. `id` is its `clientMsgId`, `detail` what the server was asked and
   * what it said, `cause` why the outcome was not known in the first place.
   */
  | {
      readonly reason: 'NotFound'
      readonly id: string
      readonly after: number
      readonly asked: number
      readonly detail: string
      readonly cause?: CTraderError
    }
  /**
   * The order breaks a rule and was not sent. `field` is the order's, or the `time` at which it would be; `nearest` is
   * the nearest value that is allowed, of a `field` that is misspelt the name most like it.
   */
  | {
      readonly reason: 'InvalidOrder'
      readonly rule: string
      readonly field: string
      readonly value: number | string
      readonly nearest?: number | string
      readonly detail: string
    }
  /** The account has no such symbol; `nearest` are the names most like it, the nearest first. */
  | {
      readonly reason: 'UnknownSymbol'
      readonly symbol: number | string
      readonly nearest: readonly string[]
    }
  /** No symbols of the account lead from the one asset to the other, by id or by name. */
  | { readonly reason: 'NoConversion'; readonly from: number | string; readonly to: number | string }
  /** A setting is missing or unusable; nothing was sent. */
  | { readonly reason: 'InvalidOption'; readonly option: string; readonly detail: string }

const LONGEST = 60

/** A comment of an order may be as long as its sender likes. */
const short = (value: number | string, longest = LONGEST): string => {
  const text = String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const MOST_FAULTS = 20

const said = (faults: readonly Fault[]): string =>
  [
    ...faults
      .slice(0, MOST_FAULTS)
      .map(({ path, expected, actual }) => `${short(path, 200)}: expected ${expected}, got ${short(actual)}`),
    ...(faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : []),
  ].join('; ')

const otherThan = (environment: string): string => (environment === 'demo' ? 'live' : 'demo')

const messageOf = (failure: Failure): string => {
  switch (failure.reason) {
    case 'ConnectionLost': {
      const { close, detail } = failure
      const how = close ? `: closed with ${close.code}${close.reason && ` "${close.reason}"`}` : ''
      return `connection lost${how}${detail === undefined ? '' : `: ${detail}`}`
    }
    case 'Refused':
      return `server responded with ${failure.errorCode}${failure.description ? `: ${failure.description}` : ''}`
    case 'SessionEnded':
      return `the server ended the account's session${failure.detail === undefined ? '' : `: ${failure.detail}`}`
    case 'ClientBlocked':
      return `the application is blocked: ${failure.detail}`
    case 'GrantLost':
      return `the refresh token was refused, the user has to grant access again: ${failure.errorCode}${failure.description ? `: ${failure.description}` : ''}`
    case 'TokensNotSaved':
      return `the renewed tokens were not saved: ${failure.detail}`
    case 'WrongEnvironment':
      return `account ${failure.accountId} is a ${otherThan(failure.environment)} account; this client connects to ${failure.environment}`
    case 'Timeout':
      return `no ${failure.sent ? 'answer to' : 'line for'} ${failure.payloadType} within ${failure.after} ms${failure.detail === undefined ? '' : `: ${failure.detail}`}`
    case 'InvalidRequest':
      return `request ${failure.payloadType} was not sent: ${said(failure.faults)}`
    case 'TooLarge':
      return `the answer to ${failure.payloadType} has more than ${failure.limit} characters${failure.detail === undefined ? '' : `: ${failure.detail}`}`
    case 'InvalidAnswer':
      return `the answer to ${failure.payloadType} could not be decoded: ${said(failure.faults)}`
    case 'NotSent':
      return `order${failure.id === undefined ? '' : ` ${failure.id}`} was not sent: ${failure.detail}`
    case 'NotFound': {
      const { after, asked, detail, id } = failure
      return `the outcome of order ${id} was not found within ${after / 1_000} s: asked ${asked} times, ${detail}. It may still appear, so placing it again may execute it twice`
    }
    case 'InvalidOrder': {
      const { detail, field, nearest, value } = failure
      return `${field} ${short(value)} ${detail}${nearest === undefined ? '' : `; the nearest is ${short(nearest)}`}`
    }
    case 'UnknownSymbol': {
      const { nearest, symbol } = failure
      return `there is no symbol ${short(symbol)}${nearest.length === 0 ? '' : `; the nearest are ${nearest.map(name => short(name)).join(', ')}`}`
    }
    case 'NoConversion':
      return `no symbols lead from asset ${short(failure.from)} to asset ${short(failure.to)}`
    case 'InvalidOption':
      return `${short(failure.option, 200)} ${failure.detail}`
  }
}

/** The same in every copy of this package: a program may have its ES modules and its CommonJS, or two releases. */
const BRAND = Symbol.for('rx-ctrader.CTraderError')

const isBranded = (u: unknown): boolean => typeof u === 'object' && u !== null && BRAND in u

class ErrorClass extends Error {
  static {
    // What the head of a stack trace shows.
    Object.defineProperty(this, 'name', { value: 'CTraderError' })
    Object.defineProperty(this.prototype, BRAND, { value: true })
  }

  static override [Symbol.hasInstance](u: unknown): boolean {
    return this === ErrorClass ? isBranded(u) : super[Symbol.hasInstance](u)
  }

  override readonly name = 'CTraderError'
  readonly reason: Failure['reason']

  constructor(failure: Failure) {
    super(messageOf(failure))
    this.reason = failure.reason
    Object.assign(this, failure)
  }

  toJSON(): object {
    const { name, message } = this
    return Object.assign({ name, message }, this)
  }
}

/**
 * The one error of this library. `reason` tells its kind and so which fields it has:
 *
 * ```ts
 * client.request(PayloadType.PROTO_OA_VERSION_REQ, {}).subscribe({
 *   error: (error: CTraderError) => {
 *     if (error.reason === 'Refused') console.log(error.errorCode, error.description)
 *   },
 * })
 * ```
 *
 * It never holds a secret: faults name fields, not values.
 */
export type CTraderError = ErrorClass & Failure
/**
 * To make one, as tests and transports of one's own do, and for `instanceof`, which holds for an error of another copy
 * of this package, too.
 */
export const CTraderError = ErrorClass as unknown as {
  /** The message is made of the failure. */
  new (failure: Failure): CTraderError
  readonly prototype: CTraderError
}

/**
 * Whether something that was caught is an error of this library, and not one of the program's own. Also an error of
 * another copy of it in the same program, as of its CommonJS beside its ES modules.
 *
 * ```ts
 * catchError((error: unknown) => (isCTraderError(error) && error.reason === 'Timeout' ? EMPTY : throwError(() => error)))
 * ```
 */
export const isCTraderError = (u: unknown): u is CTraderError => isBranded(u)

/** A refusal of the server's. */
export type Refused = Extract<CTraderError, { readonly reason: 'Refused' }>

/** Whether it is a refusal of the server's, with one of these codes, or with any where none is named. */
export const isRefused = (u: unknown, ...errorCodes: readonly string[]): u is Refused =>
  isCTraderError(u) && u.reason === 'Refused' && (errorCodes.length === 0 || errorCodes.includes(u.errorCode))

/** Whether it is one for one of these reasons. */
export const hasReason = <R extends CTraderError['reason']>(
  u: unknown,
  ...reasons: readonly R[]
): u is Extract<CTraderError, { readonly reason: R }> =>
  isCTraderError(u) && (reasons as readonly string[]).includes(u.reason)

/** Whether an answer was larger than a frame may be, and the line is fine: of less the answer may be not. */
export const isTooLarge = (u: unknown): u is Extract<CTraderError, { readonly reason: 'TooLarge' }> =>
  hasReason(u, 'TooLarge') && u.lines === undefined

/** The words of whatever was thrown. Also a getter or a `toString` of it may throw. */
export const wordsOf = (error: unknown): string => {
  try {
    const words: unknown = error instanceof Error ? error.message : error
    return typeof words === 'string' ? words : 'for an unknown reason'
  } catch {
    return 'for an unknown reason'
  }
}

/** An error of ours as it is; any other, as from a transport of the user's own, as a lost line. */
export const asCTraderError = (error: unknown): CTraderError =>
  isCTraderError(error)
    ? error
    : new CTraderError({ reason: 'ConnectionLost', sent: false, detail: wordsOf(error) })

/** A mistake in a setting, found before anything is sent. */
export const invalidOption = (option: string, detail: string): CTraderError =>
  new CTraderError({ reason: 'InvalidOption', option, detail })
