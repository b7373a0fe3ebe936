import type { MessageType } from '../../protocol/table'
import type { ServerConnection } from '../../transport/peer'
import type { Session } from './session'

/** What happens to a request instead of the usual handling. */
export type Intervention =
  | {
      readonly kind: 'refuse'
      readonly carrier: MessageType
      readonly refusal: object
      /** Whether the refusal does not say which request it refuses. */
      readonly withoutId: boolean
    }
  | { readonly kind: 'swallow'; readonly takesEffect: boolean }
  /** It is handled this many ms later. */
  | { readonly kind: 'slow'; readonly ms: number }

/** A connection, with functions for the simulator's owner. */
export interface OpenConnection extends ServerConnection {
  readonly session: Session
  /** Sends any text from the server. */
  readonly say: (text: string) => void
  /** Blocks a payload type for this many seconds. */
  readonly block: (payloadType: number, seconds: number) => void
  readonly hangUp: () => void
}
