import type { IncomingMessage, RequestListener } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { firstValueFrom } from 'rxjs'
import type { Gateway } from '../../gateway'
import { respond } from '../http/page'
import type { PageAnswer } from '../http/page'
import { healthAnswer } from './health'
import type { JsonAnswer } from './health'
import { HEALTH_PATH } from './options'
import type { ServeGatewaySettings } from './options'
import { readSender } from './readHandshake'
import type { RefusedRequest } from './readHandshake'

/** The path of a request, without what follows it. */
export const requestPath = ({ url = '/' }: IncomingMessage): string => url.replace(/[?#].*$/, '')

const jsonPage = ({ status, body }: JsonAnswer): PageAnswer => ({
  status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body: `${JSON.stringify(body)}\n`,
})

const refusal = (status: number, error: string): PageAnswer => jsonPage({ status, body: { error } })

const ended: JsonAnswer = { status: 503, body: { error: 'The gateway has ended' } }

const answerTo = async (
  gateway: Gateway,
  settings: ServeGatewaySettings,
  request: IncomingMessage,
): Promise<PageAnswer> => {
  const path = requestPath(request)
  if (path === HEALTH_PATH)
    return ['GET', 'HEAD'].includes(request.method ?? '')
      ? jsonPage(await firstValueFrom(healthAnswer(gateway), { defaultValue: ended }))
      : refusal(405, 'GET only')
  if (path === settings.path) return refusal(426, 'This is a WebSocket')
  const sender = readSender(request, settings)
  if ('status' in sender) return refusal(sender.status, sender.text)
  return (await settings.oauth?.answer(gateway, request, sender)) ?? refusal(404, 'There is nothing here')
}

/** Answers what is not a WebSocket. */
export const answerRequests =
  (gateway: Gateway, settings: ServeGatewaySettings): RequestListener =>
  (request, response) => {
    answerTo(gateway, settings, request)
      .then(answer => {
        respond(request, response, answer)
      })
      // The client has left in the middle of its request.
      .catch(() => {
        response.destroy()
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
