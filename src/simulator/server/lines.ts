import type { Agenda } from '../model/scheduler'
import { openConnection } from './connection'
import type { ConnectionOptions } from './connection'
import type { ArmedFaults } from '../faults/armed'
import { createDelivery } from '../faults/delivery'
import { applyFrameFaults } from '../faults/frames'
import type { Line } from '../faults/line'
import { applyRequestFaults } from '../faults/requests'
import type { Peer, ServerConnection } from '../../transport/peer'
import type { World } from '../world/world'
import type { Message } from '../../protocol/table'
import { omitUndefined } from '../../util/omitUndefined'

export interface Lines {
  readonly accept: (peer: Peer) => ServerConnection
  /** The open lines, in the order in which they were opened. */
  readonly open: () => readonly Line[]
}

/** The lines to the clients, with faults between the server and the network. */
export const createLines = (
  world: World,
  agenda: Agenda,
  armedFaults: ArmedFaults,
  options: Omit<ConnectionOptions, 'intervene'>,
): Lines => {
  const lines = new Set<Line>()
  let opened = 0

  const accept = (peer: Peer): ServerConnection => {
    const number = opened++
    const delivery = createDelivery()
    const tamper = applyFrameFaults(armedFaults, () => line)
    let silent = false
    let deaf = false

    const send = (text: string): void => {
      if (!silent) peer.send(text)
    }
    const sendText = (text: string): void => {
      if (silent) return
      for (const frame of tamper(text))
        delivery.pass(() => {
          send(frame)
        })
    }
    /** Faults are for texts, and may hold some back: after the first one, all events are texts. */
    let hasFaults = false
    const handOver = (event: Message): void => {
      hasFaults ||= !armedFaults.isEmpty() || delivery.delay() > 0
      if (hasFaults || !peer.handOver) sendText(world.write(event.payloadType, event.payload))
      else if (!silent) peer.handOver(event)
    }
    const connection = openConnection(
      world,
      agenda,
      {
        ...peer,
        send: sendText,
        ...(peer.handOver && { handOver }),
        close: (code, reason) => {
          if (silent) return
          lines.delete(line)
          delivery.pass(() => {
            peer.close(code, reason)
          })
        },
      },
      {
        ...options,
        intervene: (payloadType, payload) => applyRequestFaults(armedFaults, line, payloadType, payload),
      },
    )
    const end = (how: () => void): void => {
      lines.delete(line)
      connection.closed()
      how()
    }
    const line: Line = {
      connection,
      state: () => {
        const clientId = world.identity.applications.on(connection.session)
        return {
          line: number,
          ...omitUndefined({ clientId }),
          accountIds: [...connection.session.accounts.keys()],
          silent,
          deaf,
          delay: delivery.delay(),
        }
      },
      silence: () => {
        silent = true
      },
      deafen: isDeaf => {
        deaf = isDeaf
      },
      delayBy: delivery.delayBy,
      drop: () => {
        end(() => {
          delivery.stop()
          peer.cut()
        })
      },
      close: (code, reason) => {
        end(() => {
          delivery.pass(() => {
            peer.close(code, reason)
          })
        })
      },
    }
    lines.add(line)
    return {
      receive: text => {
        if (silent) return
        // The server notices that the client is alive, but ignores its message.
        if (deaf) connection.pinged()
        else connection.receive(text)
      },
      pinged: connection.pinged,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- It stays until 1.0.
      stirred: connection.pinged,
      closed: () => {
        lines.delete(line)
        delivery.stop()
        connection.closed()
      },
      drained: connection.drained,
    }
  }

  return { accept, open: () => [...lines] }
}
