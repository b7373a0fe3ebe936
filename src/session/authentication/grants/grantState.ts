import { tokenLifetime } from './lifetime'
import type { Lifetime } from './lifetime'
import type { GrantOptions, KeptTokens, SaveTokens, Tokens } from './tokens'

/**
 * Where a renewal is:
 *
 * - `none`: the pair in use is the newest
 * - `requested`: the pair in use may be worth nothing already, or will be soon
 * - `unsaved`: only this process has the new pair. The next renewal only saves it
 */
type Renewal =
  { readonly status: 'none' | 'requested' } | { readonly status: 'unsaved'; readonly pair: Required<Tokens> }

/** What is known of a grant. */
export interface GrantState {
  /** The token in use. */
  readonly accessToken: string
  /** All its access tokens, also those that were replaced. */
  readonly accessTokens: readonly string[]
  readonly refreshToken?: string | undefined
  readonly lifetime?: Lifetime | undefined
  readonly saveTokens?: SaveTokens | undefined
  readonly renewal: Renewal
}

/** Fills in what was missing. What is known stays, because the other tokens may be the older ones. */
export const adopt = (
  state: GrantState,
  { refreshToken, expiresAt, saveTokens }: GrantOptions,
): GrantState => ({
  ...state,
  refreshToken: state.refreshToken ?? refreshToken,
  lifetime: state.lifetime ?? tokenLifetime(expiresAt),
  saveTokens: state.saveTokens ?? saveTokens,
})

/** Tokens are in use from now on: the first, or a pair that replaces those of a former state. */
export const grantState = (given: KeptTokens, former?: GrantState): GrantState => {
  const accessTokens = [...(former?.accessTokens ?? []), given.accessToken]
  const { accessToken } = given
  return adopt(
    { accessToken, accessTokens, saveTokens: former?.saveTokens, renewal: { status: 'none' } },
    given,
  )
}

/** Whether to wait for a renewal before the token is used: one that is under way, unfinished or overdue. */
export const isRenewalDue = ({ renewal, lifetime }: GrantState): boolean =>
  renewal.status !== 'none' || (lifetime !== undefined && lifetime.left() <= 0)
