import type { MessageType, Payload } from '../protocol/table'
import type { Identity, TradingAccount } from './identity'

/** The server's side of one connection: nothing of it survives a reconnect. */
export interface Session {
  appAuthenticated: boolean
  /** The accounts authenticated here, each with the token it came with. */
  readonly accounts: Map<number, string>
  /** Sends what nobody asked for. */
  readonly push: <T extends MessageType>(payloadType: T, payload: Payload<T>) => void
}

/** What all connections have in common. */
export interface World {
  readonly identity: Identity
  readonly sessions: Set<Session>
  /** Whether this host serves the account: demo and live accounts live on hosts of their own. */
  readonly serves: (account: TradingAccount) => boolean
}
