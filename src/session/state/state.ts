import type { Link } from '../../connection/link'
import type { CTraderError } from '../../errors'

/** A line was lost or an attempt failed: the next attempt comes after `delay` ms. */
export interface Reconnecting {
  readonly status: 'reconnecting'
  /** Counts the failures since the session was last stable, from 1. */
  readonly attempt: number
  readonly delay: number
  readonly cause: CTraderError
}

/** Trying again cannot help: wrong credentials, a disabled account. Terminal. */
export interface Failed {
  readonly status: 'failed'
  readonly cause: CTraderError
}

/** What the line is doing: `client.connection$`. `idle` means that nobody has asked for it. */
export type ConnectionState = { readonly status: 'idle' | 'connecting' | 'connected' } | Reconnecting | Failed

/** How far an account's authentication is: `account.authenticated$`. */
export type AuthState =
  | { readonly status: 'connecting' | 'authenticatingApp' | 'authenticatingAccount' }
  | { readonly status: 'authenticated'; readonly accountId: number }
  | Reconnecting
  | Failed

/** The client's session: the state of the line and of the application on it, with the link while there is one. */
export type Session =
  | { readonly status: 'connecting' }
  | { readonly status: 'authenticatingApp' | 'appAuthenticated'; readonly link: Link }
  | Reconnecting
  | Failed

/** One account on that session. */
export type AccountSession =
  | { readonly status: 'connecting' | 'authenticatingApp' | 'authenticatingAccount' }
  | { readonly status: 'authenticated'; readonly accountId: number; readonly link: Link }
  | Reconnecting
  | Failed
