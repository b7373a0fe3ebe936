import {
  EMPTY,
  catchError,
  concatMap,
  defer,
  finalize,
  from,
  map,
  take,
  takeUntil,
  tap,
  throwError,
  throwIfEmpty,
  timer,
} from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import type { SendRequest } from '../../../connection/requests/request'
import { asCTraderError } from '../../../errors'
import { isFinal } from '../../../protocol/errorCodes'
import { createGrant } from '../../../session/authentication/grants/grant'
import type { Grant } from '../../../session/authentication/grants/grant'
import type { Tokens } from '../../../session/authentication/grants/tokens'
import type { Log } from '../../../session/logging/log'
import { growingPause } from '../../../util/backoff'
import { inTime } from '../../../util/observables/inTime'
import type { Lease } from '../../bus/bus'
import { createGrantClaim, requestUnder, soleClaim } from './grantClaim'
import type { GrantLine } from './grantClaim'
import type { UnderWay } from './underWay'

/** The tokens of a grant, as they are kept, and which of their versions they are. */
export interface StoredGrant {
  readonly tokens: Tokens
  readonly version: string
}

/** What a grant needs of the store, and of its process. */
export interface StoredGrantContext {
  readonly grantId: string
  /** What is kept at present. If it is not what is known, it is used from now on. */
  readonly read: () => Observable<StoredGrant>
  readonly save: (pair: Required<Tokens>, after: string) => ObservableInput<string>
  /** The line over which it is renewed now. */
  readonly line: () => GrantLine
  readonly onSaved: (version: string) => void
  /** What is kept is loaded again when it is needed. */
  readonly reload: () => void
  readonly underWay: UnderWay
  /** Emits when this process ends. */
  readonly closed$: Observable<unknown>
  readonly isClosed: () => boolean
  readonly log: Log
  /** The right to renew it, where other processes use it too. */
  readonly lease$?: Observable<Lease>
}

/** How long a call of the store may take, in ms. */
export const STORE_TIMEOUT = 10_000
const PAUSES = { initial: 1_000, max: 60_000 }

/** A grant whose tokens are renewed by one process at a time, and kept in the store before they are used. */
export const createStoredGrant = (
  { tokens, version: stored }: StoredGrant,
  {
    grantId,
    read,
    save,
    line,
    onSaved,
    reload,
    underWay,
    closed$,
    isClosed,
    log,
    lease$,
  }: StoredGrantContext,
): Grant => {
  let version = stored
  let { accessToken } = tokens
  let failures = 0
  const isKept = (): Observable<boolean> => read().pipe(map(found => found.version === version))
  const claim = lease$ && createGrantClaim(lease$, isKept, closed$)
  const { isSure, release } = claim ?? soleClaim

  /** There may be no account left that needs it. But only this process has the pair. */
  const saveAgain = (): void => {
    failures += 1
    timer(growingPause(failures, PAUSES))
      .pipe(
        concatMap(() => grant.renew(accessToken)),
        takeUntil(closed$),
      )
      .subscribe({
        error: (error: unknown) => {
          log('warn', 'gateway.grant', { grantId, error: asCTraderError(error) })
        },
      })
  }
  const saveTokens = (pair: Required<Tokens>): Observable<unknown> =>
    defer(() => {
      const saving = underWay.begin()
      let isOver = false
      return defer(() => from(save(pair, version))).pipe(
        take(1),
        inTime(STORE_TIMEOUT),
        throwIfEmpty(),
        tap(next => {
          version = next
          accessToken = pair.accessToken
          onSaved(next)
        }),
        // It may be there, or another one that is newer.
        catchError((error: unknown) =>
          read().pipe(concatMap(found => (found.version === version ? throwError(() => error) : EMPTY))),
        ),
        tap({
          complete: () => {
            isOver = true
          },
        }),
        finalize(() => {
          if (isOver || isClosed()) release()
          if (!isOver) saveAgain()
          saving.unsubscribe()
        }),
      )
    })

  let lost: unknown
  /** A refresh token that was refused is not sent again. */
  const request: SendRequest = (payloadType, payload) =>
    defer(() => {
      if (lost !== undefined) {
        release()
        return throwError(() => lost)
      }
      const over = line()
      return requestUnder({ isSure, release }, over, () => underWay.begin(over))(payloadType, payload)
    }).pipe(
      tap({
        error: (error: unknown) => {
          if (isFinal(error)) lost = error
        },
      }),
    )
  const grant = createGrant(
    { ...tokens, saveTokens: claim ? Object.assign(saveTokens, { check: claim.take }) : saveTokens },
    {
      request,
      // The store has a time limit of its own. The right to renew is waited for.
      saveTimeout: Infinity,
      conceal: text => text,
      pause: (_, failed) => {
        const delay = growingPause(failed, PAUSES)
        return { delay, over$: timer(delay) }
      },
      onTrouble: error => {
        log('warn', 'gateway.grant', { grantId, error })
      },
      onRenewing: () => undefined,
      onRelease: reload,
    },
  )
  return grant
}
