import type { Observable } from 'rxjs'
import type { Packet } from '../../bus/bus'
import { isNext, isOld } from '../../bus/position'
import type { Position } from '../../bus/position'

/** A symbol of an account, and what comes of it on the bus. */
export interface FeedKey {
  readonly accountId: number
  readonly symbolId: number
  readonly packet$: Observable<Packet>
}

/** The prices or the book of a symbol, for all peers of an edge. */
export interface PriceFeed<Listener, Event> {
  readonly add: (listener: Listener) => void
  readonly remove: (listener: Listener) => void
  /** Sends a listener what is current, if it is known. */
  readonly show: (listener: Listener) => void
  /** What was current when the subscription was established, if it was known, and with which packet. */
  readonly begin: (at: Position, event: Event | undefined) => void
  /** The last packet, if the subscription is established. */
  readonly at: () => Position | undefined
  readonly reset: () => void
  readonly close: () => void
}

/** Takes the packets of a subscription in their order, each once. */
export interface PacketOrder {
  /** The last packet, if the subscription is established. */
  readonly at: () => Position | undefined
  /** Whether a packet is the next one. If some are missing, `onMissing` is called. */
  readonly accept: (packet: Position) => boolean
  /** Goes on behind a packet. Returns false if later ones have come already. */
  readonly begin: (at: Position) => boolean
  readonly reset: () => void
}

export const packetOrder = (onMissing: () => void): PacketOrder => {
  let known: Position | undefined
  return {
    at: () => known,
    accept: packet => {
      // Before it is established, what comes is in the answer too.
      if (!known || isOld(packet, known)) return false
      if (!isNext(packet, known)) {
        onMissing()
        return false
      }
      known = { epoch: packet.epoch, seq: packet.seq }
      return true
    },
    begin: at => {
      // Those that are equal are old to each other.
      if (known && isOld(at, known) && !isOld(known, at)) return false
      known = at
      return true
    },
    reset: () => {
      known = undefined
    },
  }
}
