import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { cutOff } from '../http/cutOff'
import { readBody } from '../http/readBody'
import { parseFault } from '../../simulator/faults/parse'
import { isOurHost } from './access'
import type { Access } from './access'
import type { Simulator } from '../../simulator/simulator'
import { parseJson } from '../../util/parseJson'

// Larger than any fault.
const MAX_BODY = 65_536

interface Answer {
  readonly status: number
  readonly body: object
}

const answer = (status: number, body: object): Answer => ({ status, body })
const refusal = (status: number, error: string, field?: string): Answer =>
  answer(status, field === undefined ? { error } : { error, field })

const respond = (response: ServerResponse, { status, body }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}

const inflict = (broker: Simulator, text: string): Answer => {
  const parsed = parseJson(text)
  if (parsed === undefined) return refusal(400, 'body is not valid JSON', 'body')
  const read = parseFault(parsed)
  if ('mistake' in read)
    return refusal(400, `${read.mistake.field} ${read.mistake.detail}`, read.mistake.field)
  const { fault } = read
  if ('symbolId' in fault && !broker.market.symbol(fault.symbolId))
    return refusal(400, 'symbolId is not a symbol of the catalogue', 'symbolId')
  try {
    broker.fault(fault)
  } catch (error) {
    // The gap is so deep that the price could fall to zero: only the market can tell.
    if (fault.kind === 'gap' && error instanceof RangeError)
      return refusal(400, 'by would bring the price to zero or below', 'by')
    throw error
  }
  return answer(200, { done: fault })
}

const statusOf = (broker: Simulator): Answer =>
  answer(200, { now: new Date(broker.now()).toISOString(), lines: broker.lines() })

const answerTo = async (broker: Simulator, request: IncomingMessage, access: Access): Promise<Answer> => {
  const path = (request.url ?? '/').replace(/\?.*$/, '')
  // Any web page can send requests to this machine. Only requests from browsers have an origin.
  if (request.headers.origin !== undefined) return refusal(403, 'not for web pages')
  if (!isOurHost(request, access)) return refusal(421, 'not for this Host: it has to be allowed')
  if (path === '/' || path === '/status')
    return request.method === 'GET' ? statusOf(broker) : refusal(405, `${path} takes GET only`)
  if (path !== '/control') return refusal(404, 'there are /status (GET) and /control (POST)')
  if (request.method !== 'POST') return refusal(405, '/control takes POST only')
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return refusal(415, 'content-type must be application/json')
  const text = await readBody(request, MAX_BODY)
  return text === undefined
    ? refusal(413, `body must not be larger than ${MAX_BODY} bytes`)
    : inflict(broker, text)
}

/**
 * The control endpoint beside the WebSocket. `GET /status` says who is connected. `POST /control` takes a fault as
 * JSON and makes it happen. A refusal names the wrong field.
 */
export const controlEndpoint =
  (broker: Simulator, access: Access): RequestListener =>
  (request, response) => {
    answerTo(broker, request, access)
      .then(result => {
        cutOff(request, response)
        respond(response, result)
      })
      // The client has left in the middle of its request.
      .catch(() => {
        response.destroy()
      })
  }

/** The answer of a port without control to everything that is not a WebSocket. */
export const webSocketsOnly: RequestListener = (request, response) => {
  cutOff(request, response)
  response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket', connection: 'upgrade' })
  response.end('This is a WebSocket.\n')
}
