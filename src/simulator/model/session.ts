import type { MessageType, Payload } from '../../protocol/table'
import type { Actor } from './scheduler'

/** The server's side of one connection: nothing of it survives a reconnect. */
export interface Session {
  appAuthenticated: boolean
  /** The accounts authenticated here, each with the token it came with. */
  readonly accounts: Map<number, string>
  /** Sends what this session did not ask for. Execution events carry the `clientMsgId` of whoever caused them. */
  readonly push: <T extends MessageType>(payloadType: T, payload: Payload<T>, clientMsgId?: string) => void
}

/** A part of the server that keeps something for each session, and forgets it when the session or its account leaves. */
export interface SessionActor extends Actor {
  readonly leave: (session: Session, accountId?: number) => void
}
