import type { Credential } from './credential'

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

/** The tokens of an account's owner, and how to keep them. */
export interface GrantOptions extends Omit<Tokens, 'accessToken'> {
  /**
   * Authenticates the account. If it is a function, the program renews the token, and not the client: then there is no
   * `refreshToken`, `expiresAt` or `saveTokens`. Accounts with the same function belong to one grant.
   */
  readonly accessToken: Credential
  /** Saves a renewed pair. Without it a renewed pair is lost with the process, and the old one is worth nothing. */
  readonly saveTokens?: SaveTokens
}

/** Tokens that the client renews, and how it saves them. */
export type KeptTokens = Tokens & Pick<GrantOptions, 'saveTokens'>
