import type { Observable, ObservableInput } from 'rxjs'
import type { Environment } from '../../errorFields'

/** A user who is logged in at the application that the gateway belongs to. */
export interface Session {
  readonly userId: string
  /** When it ends, in ms since the epoch. The line is closed then. */
  readonly expiresAt?: number
}

/** What is known of a browser that connects. */
export interface Handshake {
  /** The origin of the page. */
  readonly origin?: string
  /** The value of the session cookie. */
  readonly cookie?: string
  /** The network address. */
  readonly address?: string
  /** The `clientId` of its first message. It is free to choose: it says which program it is. */
  readonly clientId?: string
  /**
   * The token of its session: of the transport, or the `clientSecret` of its first message. Never the secret of the
   * application.
   */
  readonly token?: string
}

/** Finds the session of a browser. If it errors, or there is none, the browser is refused with `CH_CLIENT_AUTH_FAILURE`. */
export type Authenticate = (handshake: Handshake) => ObservableInput<Session>

/** One account that a session may use. */
export interface Entitlement {
  readonly accountId: number
  readonly environment: Environment
  /** Which tokens in the gateway's {@link Grants} open the account. */
  readonly grantId: string
  /** `view` shows it, `trade` also lets the user send orders. */
  readonly scope: 'view' | 'trade'
  /** The number by which the user knows the account. It is in the list of accounts (2149). Default: none. */
  readonly traderLogin?: number
}

/**
 * The accounts that a session may use: at once, and again at each change. An account that is not in the list any more
 * is taken away at once. If it errors, or emits what cannot be used, the session is over.
 */
export type Entitle = (session: Session) => Observable<readonly Entitlement[]>
