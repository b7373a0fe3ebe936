import {
  AsyncSubject,
  EMPTY,
  NEVER,
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defer,
  ignoreElements,
  of,
  repeat,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { Request } from '../../connection/requests/request'
import { CTraderError, asCTraderError, wordsOf } from '../../errors'
import { isFinal } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import { REDACTED } from '../../protocol/secrets'
import { defined } from '../../util/defined'
import { fulfilled } from '../../util/fulfilled'
import { lifetimeUntil, untilDue } from './lifetime'
import type { Pause } from '../reconnecting/reconnectDelay'
import { MINUTE } from '../../time/constants'

/** The tokens of one grant: a user's permission for an application to use some accounts. */
export interface Tokens {
  /** Authenticates the account; valid for about thirty days. */
  readonly accessToken: string
  /** Good for one renewal. Without it, an expired token cannot be replaced. */
  readonly refreshToken?: string
  /** When the access token expires, in ms since the epoch. It is renewed before that. */
  readonly expiresAt?: number
}

/**
 * Saves a renewed pair. This is essential, because the old pair is worth nothing any more. The new pair is used
 * when this has returned, or when the returned promise or observable is fulfilled. If that takes longer than
 * `requestTimeout`, the pair counts as unsaved and is saved again later.
 */
export interface SaveTokens {
  (tokens: Required<Tokens>): unknown
  /**
   * Called before a pair is renewed, and awaited in the same way. If it throws, rejects or errors, nothing is
   * renewed. A refresh token is good for one renewal, so the new pair must not get lost.
   */
  readonly check?: () => unknown
}

/** One grant, shared by its accounts. */
export interface Grant {
  /** Emits the current access token, once. */
  readonly accessToken$: Observable<string>
  /**
   * Replaces an access token that is no longer valid, once for all callers, and completes when the new pair is
   * saved. Errors with `GrantLost` if the refresh token is refused, with `TokensNotSaved` if the pair could not be
   * saved.
   */
  readonly renew: (worn: string) => Observable<never>
  readonly isRenewable: () => boolean
  /** Renews the pair before it expires, while subscribed. Never emits. */
  readonly renewal$: Observable<never>
  /** Whether it is or was an access token of this grant. */
  readonly knows: (accessToken: string) => boolean
  /** Fills in options that were missing: accounts of one grant need not all have the same. */
  readonly adopt: (options: GrantOptions) => void
}

/** The tokens of an account's owner, and how to keep them. */
export interface GrantOptions extends Tokens {
  /** Saves a renewed pair. Without it a renewed pair is lost with the process, and the old one is worth nothing. */
  readonly saveTokens?: SaveTokens
}

/** What a grant needs from its client. */
export interface GrantContext {
  readonly request: Request
  /** How long saving a pair may take, in ms. */
  readonly saveTimeout: number
  /** Called before a pair is renewed. */
  readonly onRenewing: () => void
  /** Takes secrets out of a text. */
  readonly conceal: (text: string) => string
  /** The pause after a number of failed early renewals, in ms. */
  readonly pause: (cause: CTraderError, failures: number) => Pause
  /** Called with an error of an early renewal or of saving, which no account has to know yet. */
  readonly onTrouble: (error: CTraderError) => void
}

type Pair = Pick<Required<Tokens>, 'accessToken' | 'refreshToken'>

/** The message of a user's error, without tokens, also short ones that are not searched for elsewhere. */
const wordsWithout = (error: unknown, { accessToken, refreshToken }: Pair): string =>
  [accessToken, refreshToken].reduce((words, secret) => words.replaceAll(secret, REDACTED), wordsOf(error))

const asGrantLost = (error: unknown): unknown =>
  isFinal(error)
    ? new CTraderError({
        reason: 'GrantLost',
        errorCode: error.errorCode,
        ...defined({ description: error.description }),
      })
    : error

/**
 * A grant with its tokens, which are renewed when they are invalid or about to expire. A renewal is:
 *
 * 1. ask the user whether a pair can be saved (`saveTokens.check`)
 * 2. request the new pair (2173). From here on the old one is worth nothing
 * 3. save it. Until that succeeds, it is `unsaved`, and the next renewal only saves it
 * 4. use it
 */
export const createGrant = (
  given: GrantOptions,
  { request, saveTimeout, onRenewing, conceal, pause, onTrouble }: GrantContext,
): Grant => {
  let { saveTokens } = given
  let current: Tokens = given
  let lifetime = lifetimeUntil(given.expiresAt)
  const accessTokens = new Set([given.accessToken])
  /** A renewed pair that only this process has. */
  let unsaved: Required<Tokens> | undefined
  let renewing: Observable<never> | undefined
  let failures = 0

  /** Calls a function of the user's, and waits for it. Its error is told without tokens. */
  const awaited = (act: () => unknown, pair: Pair, context = ''): Observable<never> =>
    defer(() => fulfilled(act())).pipe(
      ignoreElements(),
      timeout({
        first: saveTimeout,
        with: () => throwError(() => new Error(`it took longer than ${saveTimeout} ms`)),
      }),
      catchError((error: unknown) => {
        const detail = conceal(`${context}${wordsWithout(error, pair)}`)
        return throwError(() => new CTraderError({ reason: 'TokensNotSaved', detail }))
      }),
    )

  const save = (pair: Required<Tokens>): Observable<never> =>
    awaited(() => saveTokens?.(pair), pair).pipe(
      tap({
        complete: () => {
          current = pair
          accessTokens.add(pair.accessToken)
          lifetime = lifetimeUntil(pair.expiresAt)
          unsaved = undefined
        },
      }),
    )

  const refresh = (refreshToken: string): Observable<never> =>
    concat(
      awaited(() => saveTokens?.check?.(), { ...current, refreshToken }, 'nothing was renewed: '),
      request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken }),
    ).pipe(
      catchError((error: unknown) => throwError(() => asGrantLost(error))),
      concatMap(({ accessToken, refreshToken: next, expiresIn }) => {
        const expiresAt = asyncScheduler.now() + Math.max(expiresIn * 1_000, MINUTE)
        unsaved = { accessToken, refreshToken: next, expiresAt }
        return save(unsaved)
      }),
    )

  /** Callers cannot cancel it: the answer to a refresh is the only copy of the new pair. */
  const start = (refreshToken: string): Observable<never> => {
    onRenewing()
    const outcome$ = new AsyncSubject<never>()
    renewing = outcome$
    const over = (): void => {
      renewing = undefined
    }
    defer(() => (unsaved ? save(unsaved) : refresh(refreshToken)))
      .pipe(tap({ error: over, complete: over }))
      .subscribe(outcome$)
    return outcome$
  }

  const renew = (worn: string): Observable<never> =>
    defer(() => {
      const { accessToken, refreshToken } = current
      if (refreshToken === undefined || accessToken !== worn) return EMPTY
      return renewing ?? start(refreshToken)
    })

  /** A renewal that is under way or overdue. */
  const dueRenewal = (): Observable<never> => {
    const isOverdue = unsaved !== undefined || (lifetime !== undefined && lifetime.left() <= 0)
    return renewing ?? (isOverdue ? renew(current.accessToken) : EMPTY)
  }

  const renewAhead = (): Observable<never> =>
    renew(current.accessToken).pipe(
      tap({
        complete: () => {
          failures = 0
        },
      }),
      catchError((error: unknown) => {
        const cause = asCTraderError(error)
        onTrouble(cause)
        if (cause.reason === 'GrantLost') return NEVER
        failures += 1
        return pause(cause, failures).over$.pipe(take(1), ignoreElements())
      }),
    )

  return {
    accessToken$: defer(() =>
      concat(
        dueRenewal().pipe(
          // It may fail: go on with the current pair.
          catchError((error: unknown) => {
            onTrouble(asCTraderError(error))
            return EMPTY
          }),
        ),
        defer(() => of(current.accessToken)),
      ),
    ),
    renew,
    knows: accessToken => accessTokens.has(accessToken),
    isRenewable: () => current.refreshToken !== undefined,
    renewal$: defer(() =>
      lifetime === undefined || current.refreshToken === undefined
        ? NEVER
        : concat(untilDue(lifetime), defer(renewAhead)),
    ).pipe(repeat()),
    adopt: ({ refreshToken, expiresAt, saveTokens: saving }) => {
      saveTokens ??= saving
      if (current.expiresAt === undefined) lifetime = lifetimeUntil(expiresAt)
      current = {
        ...current,
        ...defined({
          refreshToken: current.refreshToken ?? refreshToken,
          expiresAt: current.expiresAt ?? expiresAt,
        }),
      }
    },
  }
}
