import type { CloseInfo, CredentialOption, Environment, FieldFault, OrderRule } from './errorFields'

/** The kinds of a {@link CTraderError}, told apart by `reason`. */
export type Failure =
  /** The line ended. `sent` says whether the request had left. `close` is there if the transport reported it. */
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
      /** The order that the refusal of an order command names. 0 means no order. */
      readonly orderId?: number
      /** The position that it names. */
      readonly positionId?: number
    }
  /** The server ended the account's session on a healthy line, by the event of this payload type. */
  | { readonly reason: 'SessionEnded'; readonly payloadType: number; readonly detail?: string }
  /** The broker has blocked this application (2148). */
  | { readonly reason: 'ClientBlocked'; readonly detail: string }
  /** The refresh token is used up or revoked: only the user can grant access again. */
  | { readonly reason: 'GrantLost'; readonly errorCode: string; readonly description?: string }
  /**
   * `saveTokens` failed with a renewed pair, which is kept and saved again later. Or its `check` failed, and
   * nothing was renewed.
   */
  | { readonly reason: 'TokensNotSaved'; readonly detail: string }
  /** The function that gives this secret failed, or gave nothing in time. It is called again at the next attempt. */
  | { readonly reason: 'CredentialUnavailable'; readonly option: CredentialOption; readonly detail: string }
  /** The account is of the other environment than the client. Nothing was sent. */
  | { readonly reason: 'WrongEnvironment'; readonly accountId: number; readonly environment: Environment }
  /** No answer in time. If it was `sent`, it may have taken effect. Otherwise there was no line to send it on. */
  | {
      readonly reason: 'Timeout'
      readonly payloadType: number
      readonly after: number
      readonly sent: boolean
      readonly detail?: string
    }
  /** The request was not sent, because these fields are missing or of the wrong type. */
  | {
      readonly reason: 'InvalidRequest'
      readonly payloadType: number
      readonly faults: readonly FieldFault[]
    }
  /**
   * The answer has more characters than a frame may have (`limit`): request less at a time. If its size has ended
   * lines, `lines` says how many, and the client does not request as much again.
   */
  | {
      readonly reason: 'TooLarge'
      readonly payloadType: number
      readonly limit: number
      readonly lines?: number
      readonly detail?: string
    }
  /** The answer came, but could not be decoded. */
  | { readonly reason: 'InvalidAnswer'; readonly payloadType: number; readonly faults: readonly FieldFault[] }
  /**
   * The order has certainly not left this client, so it had no effect. Safe to place again. `id` is its
   * `clientMsgId`, if it already had one. `cause` is what stopped it, such as the loss of the line, or why the
   * account has failed for good. It is absent if it was the journal.
   */
  | {
      readonly reason: 'NotSent'
      readonly id?: string
      readonly detail: string
      readonly cause?: CTraderError
    }
  /**
   * The order has left, and the server shows no sign of it. It was asked `asked` times, while the account was
   * authenticated for `after` ms. The order may still be on its way, or executed and not yet in the server's lists,
   * so placing it again may execute it twice. It stays open in the journal. `id` is its `clientMsgId`, `detail`
   * what the server was asked and what it answered, `cause` why the outcome was unknown in the first place.
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
   * The order breaks a rule and was not sent. `field` is a field of the order, or `time` for the time at which it
   * would be executed. `nearest` is the nearest allowed value, or for an unknown field the most similar name.
   */
  | {
      readonly reason: 'InvalidOrder'
      readonly rule: OrderRule
      readonly field: string
      readonly value: number | string
      readonly nearest?: number | string
      readonly detail: string
    }
  /** The account has no such symbol. `nearest` has the most similar names, best first. */
  | {
      readonly reason: 'UnknownSymbol'
      readonly symbol: number | string
      readonly nearest: readonly string[]
    }
  /** No symbols of the account lead from one asset to the other. */
  | { readonly reason: 'NoConversion'; readonly from: number | string; readonly to: number | string }
  /** An option is missing or invalid. Nothing was sent. */
  | { readonly reason: 'InvalidOption'; readonly option: string; readonly detail: string }

const LONGEST = 60

/** Texts of an order can be long. */
const short = (value: number | string, longest = LONGEST): string => {
  const text = String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const MOST_FAULTS = 20

const said = (faults: readonly FieldFault[]): string =>
  [
    ...faults
      .slice(0, MOST_FAULTS)
      .map(({ path, expected, actual }) => `${short(path, 200)}: expected ${expected}, got ${short(actual)}`),
    ...(faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : []),
  ].join('; ')

/** What follows a colon, if there is anything. */
const after = (detail: string | undefined): string =>
  detail === undefined || detail === '' ? '' : `: ${detail}`

const otherThan = (environment: Environment): Environment => (environment === 'demo' ? 'live' : 'demo')

const messageOf = (failure: Failure): string => {
  switch (failure.reason) {
    case 'ConnectionLost': {
      const { close, detail } = failure
      const how = close ? `: closed with ${close.code}${close.reason && ` "${close.reason}"`}` : ''
      return `connection lost${how}${after(detail)}`
    }
    case 'Refused':
      return `server responded with ${failure.errorCode}${after(failure.description)}`
    case 'SessionEnded':
      return `the server ended the account's session${after(failure.detail)}`
    case 'ClientBlocked':
      return `the application is blocked: ${failure.detail}`
    case 'GrantLost':
      return `the refresh token was refused, the user has to grant access again: ${failure.errorCode}${after(failure.description)}`
    case 'TokensNotSaved':
      return `the renewed tokens were not saved: ${failure.detail}`
    case 'CredentialUnavailable':
      return `there is no ${failure.option}${after(failure.detail)}`
    case 'WrongEnvironment':
      return `account ${failure.accountId} is a ${otherThan(failure.environment)} account; this client connects to ${failure.environment}`
    case 'Timeout':
      return `no ${failure.sent ? 'answer to' : 'line for'} ${failure.payloadType} within ${failure.after} ms${after(failure.detail)}`
    case 'InvalidRequest':
      return `request ${failure.payloadType} was not sent: ${said(failure.faults)}`
    case 'TooLarge':
      return `the answer to ${failure.payloadType} has more than ${failure.limit} characters${after(failure.detail)}`
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

/** The same in every copy of this package. A program may have its ES modules and its CommonJS, or two releases. */
const BRAND = Symbol.for('rx-ctrader.CTraderError')

const isBranded = (u: unknown): boolean => typeof u === 'object' && u !== null && BRAND in u

class ErrorClass extends Error {
  static {
    // The name at the beginning of a stack trace.
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
 * Makes an error, as tests and your own transports do. `instanceof` also holds for an error of another copy of this
 * package.
 */
export const CTraderError = ErrorClass as unknown as {
  /** The message is made from the failure. */
  new (failure: Failure): CTraderError
  readonly prototype: CTraderError
}

/**
 * Whether a caught value is an error of this library. Also recognises an error of another copy in the same program,
 * for example of its CommonJS beside its ES modules.
 *
 * ```ts
 * catchError((error: unknown) => (isCTraderError(error) && error.reason === 'Timeout' ? EMPTY : throwError(() => error)))
 * ```
 */
export const isCTraderError = (u: unknown): u is CTraderError => isBranded(u)

/** A refusal of the server's. */
export type Refused = Extract<CTraderError, { readonly reason: 'Refused' }>

/** Whether it is a refusal by the server, with one of these codes, or with any code if none is given. */
export const isRefused = (u: unknown, ...errorCodes: readonly string[]): u is Refused =>
  isCTraderError(u) && u.reason === 'Refused' && (errorCodes.length === 0 || errorCodes.includes(u.errorCode))

/** Whether it is an error with one of these reasons. */
export const hasReason = <R extends CTraderError['reason']>(
  u: unknown,
  ...reasons: readonly R[]
): u is Extract<CTraderError, { readonly reason: R }> =>
  isCTraderError(u) && (reasons as readonly string[]).includes(u.reason)

/** Whether an answer was larger than a frame may be, on a healthy line. A request for less may succeed. */
export const isTooLarge = (u: unknown): u is Extract<CTraderError, { readonly reason: 'TooLarge' }> =>
  hasReason(u, 'TooLarge') && u.lines === undefined

/** The message of any thrown value. A getter or a `toString` of it may throw too. */
export const errorMessage = (error: unknown): string => {
  try {
    const words: unknown = error instanceof Error ? error.message : error
    return typeof words === 'string' ? words : 'for an unknown reason'
  } catch {
    return 'for an unknown reason'
  }
}

/** An error of this library unchanged; any other error, as from a user's transport, as a lost line. */
export const asCTraderError = (error: unknown): CTraderError =>
  isCTraderError(error)
    ? error
    : new CTraderError({ reason: 'ConnectionLost', sent: false, detail: errorMessage(error) })

/** An invalid option, found before anything is sent. */
export const invalidOption = (option: string, detail: string): CTraderError =>
  new CTraderError({ reason: 'InvalidOption', option, detail })
