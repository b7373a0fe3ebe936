import { AsyncSubject, EMPTY, NEVER, catchError, concat, concatMap, defer, of, share, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { SendRequest } from '../../../connection/requests/request'
import { asCTraderError, hasReason } from '../../../errors'
import type { AskCredential, Credential } from './credential'
import { adopt, grantState, isRenewalDue } from './grantState'
import type { GrantState } from './grantState'
import { renewAhead } from './renewAhead'
import type { RenewalFailures } from './renewAhead'
import { awaitSaving, requestPair } from './renewalSteps'
import type { Saving } from './renewalSteps'
import type { GrantOptions, KeptTokens, Tokens } from './tokens'

/** One grant, shared by its accounts. */
export interface Grant {
  /** Emits the current access token, once. If a function gives it, each subscription calls the function. */
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
  readonly knows: (accessToken: Credential) => boolean
  /** The program is done with it: it need not be kept for those who only have its former tokens. */
  readonly release: () => void
  /** Fills in options that were missing: accounts of one grant need not all have the same. */
  readonly adopt: (options: GrantOptions) => void
}

/** What a grant needs from its client. */
export interface GrantContext extends Saving, RenewalFailures {
  readonly request: SendRequest
  /** Called before a pair is renewed. */
  readonly onRenewing: () => void
  /** Called when its former tokens need not be known any more. */
  readonly onRelease: () => void
}

/**
 * A grant with its tokens, which are renewed when they are invalid or about to expire. A renewal is:
 *
 * 1. ask the user whether a pair can be saved (`saveTokens.check`)
 * 2. request the new pair (2173). From here on the old one is worth nothing
 * 3. save it. Until that succeeds, it is `unsaved`, and the next renewal only saves it
 * 4. use it
 */
export const createGrant = (given: KeptTokens, context: GrantContext): Grant => {
  let state = grantState(given)
  const become = (next: GrantState): void => {
    state = next
  }

  const save = (pair: Required<Tokens>): Observable<never> =>
    awaitSaving(() => state.saveTokens?.(pair), context, [pair.accessToken, pair.refreshToken]).pipe(
      tap({ complete: () => become(grantState(pair, state)) }),
    )

  const refresh = (refreshToken: string): Observable<never> => {
    const secrets = [state.accessToken, refreshToken]
    return concat(
      awaitSaving(() => state.saveTokens?.check?.(), context, secrets, 'nothing was renewed: '),
      // Until then, the accounts need not wait.
      defer(() => {
        become({ ...state, renewal: { status: 'requested' } })
        return requestPair(context.request, refreshToken)
      }),
    ).pipe(
      tap({
        next: pair => become({ ...state, renewal: { status: 'unsaved', pair } }),
        error: (error: unknown) => {
          become({ ...state, renewal: { status: 'none' } })
          if (hasReason(error, 'GrantLost')) context.onRelease()
        },
      }),
      concatMap(save),
    )
  }

  /** One for all callers. They cannot cancel it: the answer to a refresh is the only copy of the new pair. */
  const renewal$ = defer(() => {
    const { refreshToken, renewal } = state
    if (refreshToken === undefined) return EMPTY
    context.onRenewing()
    return renewal.status === 'unsaved' ? save(renewal.pair) : refresh(refreshToken)
  }).pipe(share({ connector: () => new AsyncSubject<never>(), resetOnRefCountZero: false }))

  /** It may fail: go on with the current pair. */
  const dueRenewal$ = defer(() => (isRenewalDue(state) ? renewal$ : EMPTY)).pipe(
    catchError((error: unknown) => {
      context.onTrouble(asCTraderError(error))
      return EMPTY
    }),
  )
  const isRenewable = (): boolean => state.refreshToken !== undefined

  return {
    accessToken$: concat(
      dueRenewal$,
      defer(() => of(state.accessToken)),
    ),
    renew: worn => defer(() => (state.accessToken === worn ? renewal$ : EMPTY)),
    knows: accessToken => state.accessTokens.some(known => known === accessToken),
    isRenewable,
    renewal$: renewAhead(() => (isRenewable() ? state.lifetime : undefined), renewal$, context),
    release: context.onRelease,
    adopt: options => become(adopt(state, options)),
  }
}

/** A grant whose tokens the program renews. If one is refused, its function is called again. */
export const createAskedGrant = (accessToken: Credential, ask: AskCredential): Grant => ({
  accessToken$: ask('accessToken', accessToken),
  renew: () => EMPTY,
  isRenewable: () => true,
  renewal$: NEVER,
  knows: given => given === accessToken,
  release: () => undefined,
  adopt: () => undefined,
})
