import type { Observable } from 'rxjs'
import type { CTraderError } from '../errors'
import type { Lane, Message, MessageType, Payload } from '../protocol/table'
import type { FrameError } from '../transport/frameErrors'
import type { FlowId } from './requests/fairQueue'
import type { Command, SendRequest } from './requests/request'
import type { Listener, OnMessage } from './router'

/** The condition of a line. */
export interface LineHealth {
  /** When the last frame came, in ms since the epoch, or up to a second earlier. */
  readonly receivedAt: number
  /** How long the last answer took, in ms. */
  readonly roundTrip?: number
  /** How many requests wait in each lane. */
  readonly waiting: Readonly<Record<Lane, number>>
  /** The payload types and symbols with consumers, and when each last came. */
  readonly listeners: readonly Listener[]
}

/** One open line, as messages. It is of no use after the line is lost; the next line is another link. */
export interface Link {
  /** Every incoming message, with tokens concealed. Completes when the line is lost. */
  readonly message$: Observable<Message>
  /**
   * The messages of one payload type, or of one payload type and symbol. The cost does not depend on other
   * consumers. Completes when the line is lost.
   */
  readonly on: OnMessage
  /** Sends on subscription, emits the payload of the one answer, completes. Errors with a `CTraderError`. */
  readonly request: SendRequest
  /**
   * Emits the cause once when the line is lost, also to late subscribers. The link of an account also emits when
   * the account is logged out.
   */
  readonly closed$: Observable<CTraderError>
}

/** What the library itself does with a link. A program would go round the journal and the checks with it. */
export interface OpenLink extends Link {
  /** As `request`, for an order: emits `sent` with the `clientMsgId` when it leaves, and completes when it is answered. */
  readonly command: Command
  /**
   * The same for messages that take turns with those of other flows, instead of with those of other accounts. A request
   * does not leave if `mayLeave` gives an error in its turn.
   */
  readonly inFlow: (
    flow: FlowId,
    mayLeave?: () => CTraderError | undefined,
  ) => Pick<OpenLink, 'request' | 'command'>
  /** A unique `clientMsgId`. */
  readonly nextId: () => string
  /** Sends a message that has no answer. */
  readonly send: <T extends MessageType>(payloadType: T, payload: Payload<T>) => void
  /** Gives the line up as lost, since the server no longer serves it. The client opens another. */
  readonly end: (cause: CTraderError) => void
  /** The condition of the line, for `health$`. */
  readonly vitals: () => LineHealth
  /**
   * The frames that could not be read, like `client.rejected$` but without their text and without texts that are no
   * frames. Each comes after the readable parts of it. Completes when the line is lost.
   */
  readonly unread$: Observable<FrameError>
}

/** Each link that an account gives is one. */
export const asOpenLink = (link: Link): OpenLink => link as OpenLink
