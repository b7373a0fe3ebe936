import type { Subscription } from 'rxjs'
import { monotonicNow } from '../../clock'
import { holdsText } from '../../protocol/secrets'
import type { Message, MessageType } from '../../protocol/table'
import type { Peer } from '../../transport/peer'
import { createBacklog } from './backlog'
import type { Write } from '../model/encode'

/** What the server sends on one connection, as long as it is open. */
export interface Outbox {
  /** Sends any text. */
  readonly say: (text: string) => void
  readonly write: (payloadType: MessageType, clientMsgId: string | undefined, payload: unknown) => void
  /** Runs something and drops some of the frames that it sends. */
  readonly without: (
    isWithheld: (payloadType: MessageType, clientMsgId: string | undefined) => boolean,
    act: () => void,
  ) => void
  /** Closes the connection, by default with the live server's code and reason. */
  readonly hangUp: (code?: number, reason?: string) => void
  /** Sends what had to wait, if the client has read enough meanwhile. */
  readonly drained: () => void
  /** In the scheduler's time, in ms. */
  readonly lastSent: () => number
}

const nothing = (): boolean => false

export const createOutbox = (peer: Peer, life: Subscription, write: Write): Outbox => {
  const backlog = createBacklog()
  let lastSent = monotonicNow()
  let isWithheld: (payloadType: MessageType, clientMsgId: string | undefined) => boolean = nothing

  const say: Outbox['say'] = text => {
    if (life.closed) return
    lastSent = monotonicNow()
    peer.send(text)
  }
  const encode = (payloadType: MessageType, payload: unknown, clientMsgId?: string): void => {
    if (peer.handOver && clientMsgId === undefined && !holdsText(payloadType) && !life.closed) {
      lastSent = monotonicNow()
      peer.handOver({ payloadType, payload } as Message)
    } else say(write(payloadType, payload, clientMsgId))
  }
  const hangUp: Outbox['hangUp'] = (code = 1000, reason = 'Bye') => {
    if (life.closed) return
    life.unsubscribe()
    peer.close(code, reason)
  }

  return {
    say,
    hangUp,
    write: (payloadType, clientMsgId, payload) => {
      if (life.closed || isWithheld(payloadType, clientMsgId)) return
      const pressure = peer.pressure?.() ?? 'none'
      if (pressure === 'over') {
        hangUp(1013, 'Client reads too slowly')
        return
      }
      if (pressure === 'high' && backlog.take(payloadType, payload)) return
      // Other messages keep their place after the prices that came before them.
      if (!backlog.isEmpty()) backlog.empty(encode)
      encode(payloadType, payload, clientMsgId)
    },
    without: (withheld, act) => {
      isWithheld = withheld
      try {
        act()
      } finally {
        isWithheld = nothing
      }
    },
    drained: () => {
      if (!life.closed && !backlog.isEmpty() && peer.pressure?.() === 'none') backlog.empty(encode)
    },
    lastSent: () => lastSent,
  }
}
