import type { IncomingMessage, ServerResponse } from 'node:http'

/** For a client that is answered before its request is complete: announces that the line ends, and stops reading. */
export const cutOff = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.complete) return
  response.setHeader('connection', 'close')
  response.on('finish', () => {
    request.socket.destroySoon()
  })
}
