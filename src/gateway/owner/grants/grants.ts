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
  takeUntil,
  tap,
  throwError,
} from 'rxjs'
import type { ObservableInput, Observable } from 'rxjs'
import type { Grant } from '../../../session/authentication/grants/grant'
import type { Tokens } from '../../../session/authentication/grants/tokens'
import type { Log } from '../../../session/logging/log'
import { inTime } from '../../../util/observables/inTime'
import { omitUndefined } from '../../../util/omitUndefined'
import type { Lease } from '../../bus/bus'
import type { GrantLine } from './grantClaim'
import { STORE_TIMEOUT, createStoredGrant } from './storedGrant'
import type { StoredGrant } from './storedGrant'
import { createUnderWay } from './underWay'

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

interface OpenGrant extends KeptGrant {
  /** The line over which it is renewed from now on. */
  readonly useLine: (line: GrantLine) => void
  /** What is kept is loaded again when it is needed. */
  readonly reload: () => void
}

/**
 * The grants of all lines: a refresh token is good for one renewal, so each grant is renewed in one place. Where other
 * processes use the same grants, `campaign` gives the lease of a grant.
 */
export const createGrantKeeper = (
  { load, save, watch }: Grants,
  log: Log,
  campaign?: (grantId: string) => Observable<Lease>,
) => {
  const kept = new Map<string, OpenGrant>()
  const underWay = createUnderWay()
  const isClosed$ = new BehaviorSubject(false)
  const closed$ = isClosed$.pipe(filter(isClosed => isClosed))

  const open = (grantId: string, first: GrantLine): OpenGrant => {
    const current$ = new BehaviorSubject<{ readonly grant: Grant; readonly version: string } | undefined>(
      undefined,
    )
    let line = first
    let last: string | undefined
    let loading$: Observable<StoredGrant> | undefined
    const reload = (): void => {
      loading$ = undefined
    }
    /** Uses what is kept, if it is not what is known. */
    const adopt = (stored: StoredGrant): void => {
      if (current$.value?.version === stored.version) return
      current$.next({ grant: create(stored), version: stored.version })
    }
    const read = (): Observable<StoredGrant> =>
      defer(() => from(load(grantId))).pipe(take(1), inTime(STORE_TIMEOUT), tap(adopt))

    const create = (stored: StoredGrant): Grant => {
      const grant = createStoredGrant(stored, {
        grantId,
        read,
        save: (pair, after) => save(grantId, pair, after),
        line: () => line,
        onSaved: version => {
          current$.next({ grant, version })
        },
        reload,
        underWay,
        closed$,
        isClosed: () => isClosed$.value,
        log,
        ...omitUndefined({ lease$: campaign?.(grantId) }),
      })
      return grant
    }

    const loaded$ = defer(
      () =>
        (loading$ ??= read().pipe(tap({ error: reload }), shareReplay({ bufferSize: 1, refCount: false }))),
    )
    /** The current one, and each that replaces it because others have renewed it. */
    const grant$ = loaded$.pipe(
      concatMap(() => current$),
      filter(current => current !== undefined),
      map(({ grant }) => grant),
      distinctUntilChanged(),
    )
    const token$: Observable<string> = grant$.pipe(
      switchMap(grant => grant.accessToken$),
      take(1),
      tap(token => {
        last = token
      }),
    )
    const seen$ = watch ? watch(grantId).pipe(tap(adopt), ignoreElements()) : EMPTY
    return {
      useLine: next => {
        line = next
      },
      reload,
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
              take(1),
              concatMap(grant =>
                grant.renew(worn).pipe(takeUntil(current$.pipe(filter(current => current?.grant !== grant)))),
              ),
            ),
            token$.pipe(concatMap(token => (token === worn ? throwError(() => cause) : EMPTY))),
          )
        }),
    }
  }

  return {
    grant: (grantId: string, line: GrantLine): KeptGrant => {
      const grant = kept.get(grantId) ?? open(grantId, line)
      kept.set(grantId, grant)
      grant.useLine(line)
      return grant
    },
    /** The tokens are loaded again for the next account: there may be new ones. */
    forget: (grantId: string): void => {
      kept.get(grantId)?.reload()
    },
    /** Completes when no answer with a new pair is awaited on a line. */
    settled: (line: GrantLine): Observable<never> => underWay.over(line),
    /** Renews nothing from now on. Completes when what has begun is over. */
    close: (): Observable<never> => {
      isClosed$.next(true)
      return underWay.over()
    },
  }
}

export type GrantKeeper = ReturnType<typeof createGrantKeeper>
