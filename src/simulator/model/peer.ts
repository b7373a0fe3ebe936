/** How much of what was sent to a client has not left yet: nothing to speak of, much, or more than is borne. */
export type Pressure = 'none' | 'high' | 'over'

/** How the server reaches a client. */
export interface Peer {
  /** Sends it a frame. */
  readonly send: (text: string) => void
  /** Closes with a handshake. */
  readonly close: (code: number, reason: string) => void
  /** Ends the line without a word, as a broken network does. */
  readonly cut: () => void
  /**
   * Where frames can pile up. Under high pressure spot and depth events are conflated, under more the line is closed
   * with 1013. Without it, as in memory, all is sent at once.
   */
  readonly pressure?: () => Pressure
}

/** How a client reaches the server. */
export interface ServerConnection {
  /** Takes a frame of the client's. */
  readonly receive: (text: string) => void
  /** Tells the server of a sign of life below the frames, such as a ping: a client that gives one is not idle. */
  readonly stirred: () => void
  /** Tells the server that the client has gone. */
  readonly closed: () => void
  /** Tells the server that the pressure may be less. */
  readonly drained: () => void
}
