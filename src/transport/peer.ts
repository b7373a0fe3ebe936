import type { Message } from '../protocol/table'

/** Send-buffer pressure: none, high, or over the limit. */
export type Pressure = 'none' | 'high' | 'over'

/** How a server reaches a client. */
export interface Peer {
  /** Sends it a frame. */
  readonly send: (text: string) => void
  /**
   * Hands over an event without an id and without text fields, instead of its text.
   *
   * @internal
   */
  readonly handOver?: (event: Message) => void
  /** Closes with a handshake. */
  readonly close: (code: number, reason: string) => void
  /** Ends the line without a message, as a broken network does. */
  readonly cut: () => void
  /**
   * For lines where frames can pile up. Under high pressure, spot and depth events are conflated; over the limit,
   * the line is closed with 1013. Without it, as in memory, everything is sent at once.
   */
  readonly pressure?: () => Pressure
}

/** How a client reaches a server. */
export interface ServerConnection {
  /** Receives a frame of the client. */
  readonly receive: (text: string) => void
  /** Reports a sign of life below the frames, such as a ping: the client is not idle then. */
  readonly pinged: () => void
  /** @deprecated Its name is `pinged`. */
  readonly stirred?: () => void
  /** Reports that the client has left. */
  readonly closed: () => void
  /** Reports that the pressure may be lower. */
  readonly drained: () => void
}
