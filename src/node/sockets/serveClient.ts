import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { Peer, Pressure, ServerConnection } from '../../transport/peer'
import type { BacklogLimits } from './backlogLimits'
import { createFrameCache } from './textFrame'

const pressureOf = (waiting: number, { conflateAbove, closeAbove }: BacklogLimits): Pressure =>
  waiting > closeAbove ? 'over' : waiting > conflateAbove ? 'high' : 'none'

const frameOf = createFrameCache()

const corked: Socket[] = []

const flush = (): void => {
  for (const socket of corked.splice(0)) socket.uncork()
}

/** Sends the frames of one turn together: a system call for each would cost more than everything else. */
const bundle = (socket: Socket): void => {
  if (socket.writableCorked > 0) return
  if (corked.length === 0) process.nextTick(flush)
  socket.cork()
  corked.push(socket)
}

/** A client that is served. */
export interface ServedClient {
  /** Ends its line: what it still sends is not read. */
  readonly end: (code: number, reason: string) => void
}

/** Connects a WebSocket with a server of cTrader's protocol, for as long as it is open. */
export const serveClient = (
  accept: (peer: Peer) => ServerConnection,
  webSocket: WebSocket,
  socket: Socket,
  limits: BacklogLimits,
): ServedClient => {
  const drained = (): void => {
    connection.drained()
  }
  const connection = accept({
    send: text => {
      if (webSocket.readyState !== webSocket.OPEN) return
      bundle(socket)
      const frame = frameOf(text)
      // Without compression, `ws` keeps nothing back, so that its own frames and these stay in order.
      if (socket.writableLength + frame.length > limits.conflateAbove) socket.write(frame, drained)
      else socket.write(frame)
    },
    close: (code, reason) => {
      webSocket.close(code, reason)
    },
    cut: () => {
      webSocket.terminate()
    },
    pressure: () => pressureOf(webSocket.bufferedAmount, limits),
  })
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    connection.receive(isBinary ? '' : (data as Buffer).toString('utf8'))
  })
  // Some clients ping instead of sending heartbeats, and the live server accepts that.
  webSocket.on('ping', connection.pinged)
  webSocket.on('close', connection.closed)
  // `ws` closes a client that breaks the WebSocket protocol. Without a listener, the error would end the process.
  webSocket.on('error', connection.closed)
  return {
    end: (code, reason) => {
      connection.closed()
      webSocket.close(code, reason)
    },
  }
}
