import {
  BehaviorSubject,
  EMPTY,
  NEVER,
  catchError,
  concat,
  concatMap,
  defer,
  distinctUntilChanged,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  shareReplay,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs'
import type { ObservableInput, Observable } from 'rxjs'
import { createGrant } from '../../../session/authentication/grants/grant'
import type { Grant } from '../../../session/authentication/grants/grant'
import type { Tokens } from '../../../session/authentication/grants/tokens'
import type { Log } from '../../../session/logging/log'
import { growingPause } from '../../../util/backoff'
import type { Lease } from '../../bus/bus'
import { createGrantClaim, requestUnder } from './grantClaim'
import type { GrantLine } from './grantClaim'

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
  /**
   * What other processes keep, when they do. Without it, a process of several finds the tokens that another one has
   * renewed when its own are refused.
   */
  readonly watch?: (grantId: string) => Observable<StoredGrant>
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

/**
 * The grants of all lines: a refresh token is good for one renewal, so each grant is renewed in one place. Where other
 * processes use the same grants, `campaign` gives the lease of a grant.
 */
export const createGrantKeeper = (
  { load, save, watch }: Grants,
  log: Log,
  campaign?: (grantId: string) => Observable<Lease>,
) => {
  const kept = new Map<string, KeptGrant>()

  const open = (grantId: string, line: GrantLine): KeptGrant => {
    const current$ = new BehaviorSubject<{ readonly grant: Grant; readonly version: string } | undefined>(
      undefined,
    )
    let last: string | undefined
    const forget = (): void => {
      kept.delete(grantId)
    }
    /** Uses what is kept, if it is not what is known. */
    const adopt = (stored: StoredGrant): void => {
      if (current$.value?.version === stored.version) return
      current$.next({ grant: create(stored), version: stored.version })
    }
    const create = ({ tokens, version: stored }: StoredGrant): Grant => {
      let version = stored
      const isKept = (): Observable<boolean> =>
        from(load(grantId)).pipe(
          tap(adopt),
          map(found => found.version === version),
        )
      const claim = campaign && createGrantClaim(campaign(grantId), isKept)
      const saveTokens = (pair: Required<Tokens>): Observable<unknown> =>
        from(save(grantId, pair, version)).pipe(
          take(1),
          tap(next => {
            version = next
            current$.next({ grant, version })
            claim?.release()
          }),
        )
      const grant = createGrant(
        { ...tokens, saveTokens: claim ? Object.assign(saveTokens, { check: claim.take }) : saveTokens },
        {
          request: claim ? requestUnder(claim, line) : line.request,
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
      return grant
    }
    const loaded$ = defer(() => from(load(grantId))).pipe(
      take(1),
      tap(adopt),
      tap({ error: forget }),
      shareReplay({ bufferSize: 1, refCount: false }),
    )
    const grant$ = loaded$.pipe(
      concatMap(() => current$),
      filter(current => current !== undefined),
      map(({ grant }) => grant),
      take(1),
    )
    /** Another process may have renewed it meanwhile. */
    const isCurrent = (grant: Grant): boolean => current$.value?.grant === grant
    const token$: Observable<string> = grant$.pipe(
      concatMap(grant =>
        grant.accessToken$.pipe(
          concatMap(token => {
            if (!isCurrent(grant)) return token$
            last = token
            return [token]
          }),
        ),
      ),
    )
    const seen$ = watch ? watch(grantId).pipe(tap(adopt), ignoreElements()) : EMPTY
    return {
      accessToken: () => token$,
      renewal$: loaded$.pipe(
        switchMap(() =>
          merge(
            seen$,
            current$.pipe(
              map(current => current?.grant),
              distinctUntilChanged(),
              switchMap(grant => grant?.renewal$ ?? EMPTY),
            ),
          ),
        ),
        catchError(() => NEVER),
      ),
      replaceToken: cause =>
        defer(() => {
          const worn = last
          if (worn === undefined) return throwError(() => cause)
          return concat(
            grant$.pipe(
              concatMap(grant =>
                grant
                  .renew(worn)
                  .pipe(catchError((error: unknown) => (isCurrent(grant) ? throwError(() => error) : EMPTY))),
              ),
            ),
            token$.pipe(
              take(1),
              concatMap(token => (token === worn ? throwError(() => cause) : EMPTY)),
            ),
          )
        }),
    }
  }

  return {
    grant: (grantId: string, line: GrantLine): KeptGrant => {
      const grant = kept.get(grantId) ?? open(grantId, line)
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
