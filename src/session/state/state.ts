import type { OpenLink } from '../../connection/link'
import type { CTraderError } from '../../errors'

/** A line was lost or an attempt failed. The next attempt comes after `delay` ms. */
export interface ReconnectingState {
  readonly status: 'reconnecting'
  /** The number of failures since the session was last stable, from 1. */
  readonly attempt: number
  readonly delay: number
  readonly cause: CTraderError
}

/**
 * Only a new login helps, and the client waits for it: `client.retry()`. Requests and streams wait too. Only a client with
 * `whenLoginRequired: 'wait'` has this state.
 */
export interface LoginRequiredState {
  readonly status: 'loginRequired'
  readonly cause: CTraderError
}

/** Trying again would fail too: wrong credentials, a disabled account. Final. */
export interface FailedState {
  readonly status: 'failed'
  readonly cause: CTraderError
}

/** Whether this is a state between two attempts, with the cause. */
export const isWithoutLine = <S extends { readonly status: string }>(
  state: S,
): state is Extract<S, { readonly status: 'loginRequired' | 'reconnecting' }> =>
  state.status === 'reconnecting' || state.status === 'loginRequired'

/** The state of one line. `idle` means that it has no subscriber. */
export type LineState =
  | { readonly status: 'idle' | 'connecting' | 'connected' }
  | ReconnectingState
  | LoginRequiredState
  | FailedState

/**
 * The state of the line: `client.connection$`. A client with several lines says the state of the one that is least
 * well, of those that are open or about to be, and in `lines` that of each.
 */
export type ConnectionState = LineState & { readonly lines?: readonly LineState[] }

/** The state of an account's authentication: `account.authenticated$`. */
export type AuthState =
  | { readonly status: 'connecting' | 'authenticatingApp' | 'authenticatingAccount' }
  | { readonly status: 'authenticated'; readonly accountId: number }
  | ReconnectingState
  | LoginRequiredState
  | FailedState

/** The client's session: the state of the line and of the application, with the link while there is one. */
export type Session =
  | { readonly status: 'connecting' }
  | { readonly status: 'authenticatingApp' | 'appAuthenticated'; readonly link: OpenLink }
  | ReconnectingState
  | LoginRequiredState
  | FailedState

/** One account on that session. */
export type AccountSession =
  | { readonly status: 'connecting' | 'authenticatingApp' | 'authenticatingAccount' }
  | { readonly status: 'authenticated'; readonly accountId: number; readonly link: OpenLink }
  | ReconnectingState
  | LoginRequiredState
  | FailedState
