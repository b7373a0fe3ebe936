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
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { stopwatch } from '../../clock'
import type { Request } from '../../connection/requests/request'
import { CTraderError, asCTraderError, wordsOf } from '../../errors'
import { isFinal } from '../../protocol/errorCodes'
import { PayloadType } from '../../protocol/payloadType'
import { REDACTED } from '../../protocol/secrets'
import { fulfilled } from '../../util/fulfilled'
import type { Pause } from '../reconnecting/reconnectDelay'
import { DAY, HOUR, MINUTE } from '../../time/constants'

/** The pair of tokens of one grant: what a user allowed an application to do with some accounts. */
export interface Tokens {
  /** By which the account is authenticated; good for about thirty days. */
  readonly accessToken: string
  /** Good for one renewal. Without it, a token that has expired is the end. */
  readonly refreshToken?: string
  /** When the access token expires, in ms since the epoch. It is renewed ahead of that. */
  readonly expiresAt?: number
}

/**
 * Keeps a renewed pair, for the old one is worth nothing any more. The new one is used when this has returned, or
 * the promise or observable it returned is fulfilled; what takes longer than a request may (`requestTimeout`) has not
 * saved it, and it is saved again at the next occasion.
 */
export interface SaveTokens {
  (tokens: Required<Tokens>): unknown
  /**
   * Called before a pair is renewed, and waited for in the same way. Where it throws, rejects or errors, nothing is renewed: a
   * refresh token is good for one renewal, and the answer would be lost with the process.
   */
  readonly check?: () => unknown
}

/** One grant, shared by its accounts. */
export interface Grant {
  /** Emits the access token to use now, once. */
  readonly accessToken$: Observable<string>
  /**
   * Gets another pair for one whose access token is no good any more, once for all who ask, and completes when it's
   * saved. Errors with `GrantLost` when the refresh token is refused, with `TokensNotSaved` when it's not saved.
   */
  readonly renew: (worn: string) => Observable<never>
  readonly isRenewable: () => boolean
  /** Renews the pair ahead of its end, as long as it is subscribed. Never emits. */
  readonly renewal$: Observable<never>
  /** Whether it is or was an access token of this grant. */
  readonly knows: (accessToken: string) => boolean
  /** Takes what was not known of it: not every account's options need to have all. */
  readonly adopt: (options: GrantOptions) => void
}

/** The tokens of an account's owner, and what becomes of them. */
export interface GrantOptions extends Tokens {
  /** Keeps a renewed pair. Without it that is lost with the process, and the old one is worth nothing. */
  readonly saveTokens?: SaveTokens
}

/** What a grant needs of its client. */
export interface GrantContext {
  readonly request: Request
  /** How long it may take to save a pair, in ms. */
  readonly saveTimeout: number
  /** Told before a pair is renewed. */
  readonly onRenewing: () => void
  /** Takes secrets out of a text. */
  readonly conceal: (text: string) => string
  /** The pause after so many failures in a row to renew ahead of time, in ms. */
  readonly pause: (cause: CTraderError, failures: number) => Pause
  /** Told what keeps a pair from being renewed or saved, where no account has to know yet. */
  readonly onTrouble: (error: CTraderError) => void
}

/** How much is left of a token's time, in ms, and from which rest on it is to be renewed. */
interface Lifetime {
  readonly left: () => number
  readonly margin: number
}

/** A token is renewed within the last tenth of its time: early enough to try again for a while, and seldom. */
const lifetimeUntil = (expiresAt: number | undefined): Lifetime | undefined => {
  if (expiresAt === undefined) return undefined
  const whole = expiresAt - asyncScheduler.now()
  const elapsed = stopwatch()
  return { left: () => whole - elapsed(), margin: Math.max(0, Math.min(DAY, whole / 10)) }
}

/** Completes when a token is to be renewed. It looks every hour, since timers do not count the sleep of a machine. */
const untilDue = (lifetime: Lifetime): Observable<never> =>
  defer(() => {
    const wait = lifetime.left() - lifetime.margin
    return wait <= 0 ? EMPTY : concat(timer(Math.min(wait, HOUR)).pipe(ignoreElements()), untilDue(lifetime))
  })

/** The words of an error of the user's, in which a token may stand, also one that is too short to be looked for elsewhere. */
const wordsWithout = (
  error: unknown,
  { accessToken, refreshToken }: Pick<Required<Tokens>, 'accessToken' | 'refreshToken'>,
): string =>
  [accessToken, refreshToken].reduce((words, secret) => words.replaceAll(secret, REDACTED), wordsOf(error))

const notSaved = (detail: string): CTraderError => new CTraderError({ reason: 'TokensNotSaved', detail })

const asGrantLost = (error: unknown): unknown =>
  isFinal(error)
    ? new CTraderError({
        reason: 'GrantLost',
        errorCode: error.errorCode,
        ...(error.description !== undefined && { description: error.description }),
      })
    : error

/** A grant as it is given, renewed when it is worn or about to be. */
export const createGrant = (
  given: GrantOptions,
  { request, saveTimeout, onRenewing, conceal, pause, onTrouble }: GrantContext,
): Grant => {
  let { saveTokens } = given
  let current: Tokens = given
  const accessTokens = new Set([given.accessToken])
  let lifetime = lifetimeUntil(given.expiresAt)
  /** Renewed, and nobody has it but us. */
  let unsaved: Required<Tokens> | undefined
  let renewing: Observable<never> | undefined

  const inTime = (act: () => unknown): Observable<never> =>
    defer(() => fulfilled(act())).pipe(
      ignoreElements(),
      timeout({
        first: saveTimeout,
        with: () => throwError(() => new Error(`it took longer than ${saveTimeout} ms`)),
      }),
    )

  const save = (pair: Required<Tokens>): Observable<never> =>
    inTime(() => saveTokens?.(pair)).pipe(
      tap({
        complete: () => {
          current = pair
          accessTokens.add(pair.accessToken)
          lifetime = lifetimeUntil(pair.expiresAt)
          unsaved = undefined
        },
      }),
      catchError((error: unknown) => throwError(() => notSaved(conceal(wordsWithout(error, pair))))),
    )

  /** That a pair could be saved. */
  const checked = (refreshToken: string): Observable<never> =>
    inTime(() => saveTokens?.check?.()).pipe(
      catchError((error: unknown) =>
        throwError(() =>
          notSaved(conceal(`nothing was renewed: ${wordsWithout(error, { ...current, refreshToken })}`)),
        ),
      ),
    )

  const refresh = (refreshToken: string): Observable<never> =>
    concat(checked(refreshToken), request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken })).pipe(
      catchError((error: unknown) => throwError(() => asGrantLost(error))),
      concatMap(({ accessToken, refreshToken: next, expiresIn }) => {
        unsaved = {
          accessToken,
          refreshToken: next,
          expiresAt: asyncScheduler.now() + Math.max(expiresIn * 1_000, MINUTE),
        }
        return save(unsaved)
      }),
    )

  /** Not its askers' to cancel: the answer to a refresh is the only copy of the new pair. */
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

  /** What can wait for another time goes on with the pair there is. */
  const withoutHaste = (renewal$: Observable<never>): Observable<never> =>
    renewal$.pipe(
      catchError((error: unknown) => {
        onTrouble(asCTraderError(error))
        return EMPTY
      }),
    )

  const isOverdue = (): boolean => unsaved !== undefined || (lifetime !== undefined && lifetime.left() <= 0)

  let failures = 0
  const renewedAhead = (): Observable<never> =>
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
    accessToken$: defer(() => {
      const ready$ = renewing ?? (isOverdue() ? renew(current.accessToken) : EMPTY)
      return concat(
        withoutHaste(ready$),
        defer(() => of(current.accessToken)),
      )
    }),
    renew,
    knows: accessToken => accessTokens.has(accessToken),
    isRenewable: () => current.refreshToken !== undefined,
    renewal$: defer(() =>
      lifetime === undefined || current.refreshToken === undefined
        ? NEVER
        : concat(untilDue(lifetime), defer(renewedAhead)),
    ).pipe(repeat()),
    adopt: ({ refreshToken, expiresAt, saveTokens: saving }) => {
      saveTokens ??= saving
      if (current.refreshToken === undefined && refreshToken !== undefined)
        current = { ...current, refreshToken }
      if (current.expiresAt === undefined && expiresAt !== undefined) {
        current = { ...current, expiresAt }
        lifetime = lifetimeUntil(expiresAt)
      }
    },
  }
}
