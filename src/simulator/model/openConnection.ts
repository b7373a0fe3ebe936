import type { MessageType } from '../../protocol/table'
import type { ServerConnection } from './peer'
import type { Session } from './session'

/** What is done with a request instead of serving it as usual. */
export type Intervention =
  | {
      readonly kind: 'refuse'
      readonly carrier: MessageType
      readonly refusal: object
      /** Whether it's left open which request is refused. */
      readonly withoutId: boolean
    }
  | { readonly kind: 'swallow'; readonly takesEffect: boolean }
  /** It is taken up so many ms later. */
  | { readonly kind: 'slow'; readonly ms: number }

/** A connection as the server's owner sees it. */
export interface OpenConnection extends ServerConnection {
  readonly session: Session
  /** Makes the server send any text. */
  readonly say: (text: string) => void
  /** Refuses a payload type for so many seconds. */
  readonly block: (payloadType: number, seconds: number) => void
  readonly hangUp: () => void
}
