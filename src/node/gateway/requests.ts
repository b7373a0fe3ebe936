import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { firstValueFrom } from 'rxjs'
import type { Gateway } from '../../gateway'
import { cutOff } from '../http/cutOff'
import { healthAnswer } from './health'
import type { JsonAnswer } from './health'
import type { RefusedRequest } from './readHandshake'

/** The path of a request, without what follows it. */
export const requestPath = ({ url = '/' }: IncomingMessage): string => url.replace(/[?#].*$/, '')

const headersOf = (body: string) => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
})

const send = (request: IncomingMessage, response: ServerResponse, { status, body }: JsonAnswer): void => {
  const text = `${JSON.stringify(body)}\n`
  cutOff(request, response)
  response.writeHead(status, headersOf(text))
  response.end(request.method === 'HEAD' ? undefined : text)
}

const refusal = (status: number, error: string): JsonAnswer => ({ status, body: { error } })

const answerTo = (gateway: Gateway, path: string, request: IncomingMessage): Promise<JsonAnswer> => {
  switch (requestPath(request)) {
    case '/health':
      return ['GET', 'HEAD'].includes(request.method ?? '')
        ? firstValueFrom(healthAnswer(gateway), { defaultValue: refusal(503, 'The gateway has ended') })
        : Promise.resolve(refusal(405, 'GET only'))
    case path:
      return Promise.resolve(refusal(426, 'This is a WebSocket'))
    default:
      return Promise.resolve(refusal(404, 'There is nothing here'))
  }
}

/** Answers what is not a WebSocket. */
export const answerRequests =
  (gateway: Gateway, path: string): RequestListener =>
  (request, response) => {
    void answerTo(gateway, path, request).then(answer => {
      send(request, response, answer)
    })
  }

/** Refuses an upgrade, and closes its socket: it is not one of the HTTP server any more. */
export const refuseUpgrade = (socket: Duplex, { status, text }: RefusedRequest): void => {
  const body = `${text}\n`
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ]
  socket.once('finish', () => {
    socket.destroy()
  })
  socket.end(lines.join('\r\n'))
}
