import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { Observable } from 'rxjs'
import { isLoopback } from '../../node/http/loopback'
import { Failed } from '../outcome'
import { failurePage, foreignPage, html, unknownPage } from './pages'
import type { Page } from './pages'

/** What a listener is for. */
export interface ListenerOptions {
  readonly redirect: URL
  /** The consent page, to which the first page leads. */
  readonly consent: string
  /** What only this login knows. */
  readonly state: string
}

/** Where the user begins, and later the code with which the user has come back. */
export type Arrival =
  { readonly begin: string } | { readonly code: string; readonly respond: (page: Page) => void }

/** The path of the page with which the user begins. */
const BEGIN = '/begin'
const COOKIE = 'rx_ctrader_login'

export const DECLINED = 'Access was declined on the consent page.'

const send = (response: ServerResponse, page: Page): void => {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  }
  // The address has the code. No other site may get it.
  response.writeHead(page.status, { ...headers, 'referrer-policy': 'no-referrer' })
  response.end(html(page))
}

const isFromHere = ({ headers: { host = '' } }: IncomingMessage): boolean =>
  URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname)

/**
 * Whether a code belongs to this login. `state` does not always come back from cTrader. Then the cookie must be
 * there that the first page has set: it is not if a foreign page has sent the user here.
 */
const isOwn = (
  { headers: { cookie = '' } }: IncomingMessage,
  asked: URLSearchParams,
  state: string,
): boolean => {
  const returned = asked.get('state')
  if (returned !== null) return returned === state
  return cookie.split(/; */).includes(`${COOKIE}=${state}`)
}

const listener =
  (
    { redirect, consent, state }: ListenerOptions,
    arrive: (arrival: Arrival) => void,
    fail: (error: Error) => void,
  ) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', redirect.origin)
    if (!isFromHere(request) || request.method !== 'GET') send(response, unknownPage)
    else if (url.pathname === BEGIN) {
      const cookie = `${COOKIE}=${state}; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600`
      response.writeHead(302, { location: consent, 'set-cookie': cookie, connection: 'close' })
      response.end()
    } else if (url.pathname !== redirect.pathname) send(response, unknownPage)
    else {
      const code = url.searchParams.get('code')
      const error = url.searchParams.get('error')
      if (code === null && error === null) send(response, unknownPage)
      else if (!isOwn(request, url.searchParams, state)) send(response, foreignPage)
      else if (code === null) {
        send(response, failurePage(DECLINED))
        response.on('close', () => {
          fail(new Failed(`${DECLINED} Nothing was written. npx rx-ctrader login asks again.`))
        })
      } else
        arrive({
          code,
          respond: page => {
            send(response, page)
          },
        })
    }
  }

const why = (error: NodeJS.ErrnoException, { port }: URL): string =>
  error.code === 'EADDRINUSE'
    ? `Port ${port} is in use. Give another one with --port; its address must be a redirect URI of the application.`
    : `Cannot listen on port ${port}: ${error.message}`

const addresses = ({ hostname }: URL): readonly string[] => {
  if (hostname === 'localhost') return ['127.0.0.1', '::1']
  return [hostname.replace(/^\[|\]$/g, '')]
}

/**
 * Listens on this machine only, for the user's return from the consent page. Emits where the user begins, then each
 * code. Errors if it cannot listen, or if access is declined. The port is closed after the end.
 */
export const listenForCode = (options: ListenerOptions): Observable<Arrival> =>
  new Observable(subscriber => {
    const { redirect } = options
    const answer: RequestListener = listener(
      options,
      arrival => {
        subscriber.next(arrival)
      },
      error => {
        subscriber.error(error)
      },
    )
    const port = Number(redirect.port === '' ? 80 : redirect.port)
    const open = (address: string): Server => createServer(answer).listen(port, address)
    const [first, ...others] = addresses(redirect).map(open)
    first?.on('error', (error: NodeJS.ErrnoException) => {
      subscriber.error(new Failed(why(error, redirect)))
    })
    // A machine may have no IPv6.
    for (const other of others) other.on('error', () => undefined)
    first?.on('listening', () => {
      subscriber.next({ begin: `${redirect.origin}${BEGIN}` })
    })
    return () => {
      for (const server of [first, ...others]) {
        server?.close()
        server?.closeIdleConnections()
      }
    }
  })
