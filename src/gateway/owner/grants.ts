import {
  EMPTY,
  NEVER,
  catchError,
  concat,
  concatMap,
  defer,
  from,
  map,
  shareReplay,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { ObservableInput, Observable } from 'rxjs'
import type { SendRequest } from '../../connection/requests/request'
import { createGrant } from '../../session/authentication/grants/grant'
import type { Grant } from '../../session/authentication/grants/grant'
import type { Tokens } from '../../session/authentication/grants/tokens'
import type { Log } from '../../session/logging/log'
import { growingPause } from '../../util/backoff'

/** The tokens of a grant, as they are kept, and which of their versions they are. */
export interface StoredGrant {
  readonly tokens: Tokens
  readonly version: string
}

/**
 * Where the tokens of the users are kept. Only the part of a gateway that holds lines to cTrader calls it. No token is
 * ever sent to a browser.
 */
export interface Grants {
  /**
   * The tokens of a grant. If the store has none, it completes without a value, and the user has to grant access again.
   * If it errors, the gateway calls it again later.
   */
  readonly load: (grantId: string) => ObservableInput<StoredGrant>
  /**
   * Keeps a renewed pair, if the version that is kept is still `after`, and emits the new version. Errors otherwise. The
   * old pair is worth nothing any more, so the new one is used only when it is safe.
   */
  readonly save: (grantId: string, tokens: Required<Tokens>, after: string) => ObservableInput<string>
}

/** A grant in use. */
export interface KeptGrant {
  /** The current access token, for each authentication of an account. */
  readonly accessToken: () => Observable<string>
  /** Renews the tokens before they expire, while subscribed. Never emits or errors. */
  readonly renewal$: Observable<never>
  /** Completes when the token that was used last is replaced. Errors with `cause` if there is no other. */
  readonly replaceToken: (cause: unknown) => Observable<never>
}

const SAVE_TIMEOUT = 10_000
const PAUSES = { initial: 1_000, max: 60_000 }

/** The grants of all lines: a refresh token is good for one renewal, so each grant is renewed in one place. */
export const createGrantKeeper = ({ load, save }: Grants, log: Log) => {
  const kept = new Map<string, KeptGrant>()

  const open = (grantId: string, request: SendRequest): KeptGrant => {
    let version = ''
    let last: string | undefined
    const forget = (): void => {
      kept.delete(grantId)
    }
    const create = ({ tokens, version: stored }: StoredGrant): Grant => {
      version = stored
      return createGrant(
        {
          ...tokens,
          saveTokens: pair =>
            from(save(grantId, pair, version)).pipe(
              take(1),
              tap(next => {
                version = next
              }),
            ),
        },
        {
          request,
          saveTimeout: SAVE_TIMEOUT,
          conceal: text => text,
          pause: (_, failures) => {
            const delay = growingPause(failures, PAUSES)
            return { delay, over$: timer(delay) }
          },
          onTrouble: error => {
            log('warn', 'gateway.grant', { grantId, error })
          },
          onRenewing: () => undefined,
          onRelease: forget,
        },
      )
    }
    const grant$ = defer(() => from(load(grantId))).pipe(
      take(1),
      map(create),
      tap({ error: forget }),
      shareReplay({ bufferSize: 1, refCount: false }),
    )
    const token$ = grant$.pipe(
      switchMap(({ accessToken$ }) => accessToken$),
      tap(token => {
        last = token
      }),
    )
    return {
      accessToken: () => token$,
      renewal$: grant$.pipe(
        switchMap(({ renewal$ }) => renewal$),
        catchError(() => NEVER),
      ),
      replaceToken: cause =>
        defer(() => {
          const worn = last
          if (worn === undefined) return throwError(() => cause)
          return concat(
            grant$.pipe(concatMap(grant => grant.renew(worn))),
            token$.pipe(
              take(1),
              concatMap(token => (token === worn ? throwError(() => cause) : EMPTY)),
            ),
          )
        }),
    }
  }

  return {
    grant: (grantId: string, request: SendRequest): KeptGrant => {
      const grant = kept.get(grantId) ?? open(grantId, request)
      kept.set(grantId, grant)
      return grant
    },
    /** The tokens are loaded again for the next account: there may be new ones. */
    forget: (grantId: string): void => {
      kept.delete(grantId)
    },
  }
}

export type GrantKeeper = ReturnType<typeof createGrantKeeper>
