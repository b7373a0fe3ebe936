import type { MessageType, Payload } from '../../protocol/table'
import type { Actor } from './scheduler'

/** The server's side of one connection. Nothing of it survives a reconnect. */
export interface Session {
  appAuthenticated: boolean
  /** The accounts authenticated here, each with its token. */
  readonly accounts: Map<number, string>
  /**
   * Sends a message that this session did not request. Execution events carry the `clientMsgId` of the request that
   * caused them.
   */
  readonly push: <T extends MessageType>(payloadType: T, payload: Payload<T>, clientMsgId?: string) => void
}

/** A part of the server that keeps state for each session, and drops it when the session or its account leaves. */
export interface SessionActor extends Actor {
  readonly leave: (session: Session, accountId?: number) => void
}
