import { Observable, Subject } from 'rxjs'
import WebSocket from 'isomorphic-ws'
import { CTraderError, invalidOption } from '../errors'
import type { Message } from '../protocol/table'
import { omitUndefined } from '../util/omitUndefined'
import { MAX_RECEIVED_SIZE } from './frameSize'

/** An open line: text comes in on `frame$` and goes out by `send`. */
export interface Socket {
  readonly frame$: Observable<string>
  /** Sends a frame, at once. */
  readonly send: (text: string) => void
  /**
   * Both ends are in this process, and this end is told whenever the line ends. Then the client does without
   * heartbeats and probes.
   *
   * @internal
   */
  readonly inProcess?: boolean
  /**
   * Events that need not be written and read, beside `frame$` and in one order with it: valid messages without ids and
   * without text fields.
   *
   * @internal
   */
  readonly event$?: Observable<Message>
}

/**
 * Opens a line. The observable emits the socket when it is open, errors or completes when the line is lost, and
 * closes it when unsubscribed. Each subscription opens its own line.
 */
export type Connect = () => Observable<Socket>

/** Settings of one WebSocket. */
export interface WebSocketConnectOptions {
  /**
   * How long a peer may take to answer the closing handshake, in ms. Default 2000: a dead peer must not keep the
   * process alive.
   */
  readonly closeTimeout?: number
  /**
   * Allows `ws://` to another machine. All secrets then cross the network as plain text. So it is only for a
   * simulator in a private network, for example of containers. Default false: `ws://` is for loopback addresses.
   */
  readonly allowInsecure?: boolean
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)

/** An address without a host, such as `/ctrader`, is that of the page. */
const absolute = (url: string): string => {
  const { location } = globalThis as { readonly location?: { readonly origin: string } }
  if (!location || !url.startsWith('/') || !URL.canParse(url, location.origin)) return url
  const resolved = new URL(url, location.origin)
  // Of other protocols, the setter ignores it.
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws')
  return resolved.href
}

/** Credentials are in the first frames. So plain text is only for the same machine, or if the user allows it. */
const unusable = (url: string, allowInsecure: unknown): CTraderError | undefined => {
  if (!URL.canParse(url))
    return invalidOption(
      'url',
      url.startsWith('/') ? 'has no host, and there is no page to take it from' : 'is not a URL',
    )
  const { protocol, hostname, hash } = new URL(url)
  if (hash !== '') return invalidOption('url', 'must have no fragment')
  if (protocol === 'wss:' || (protocol === 'ws:' && (allowInsecure === true || isLoopback(hostname))))
    return undefined
  return invalidOption(
    'url',
    protocol === 'ws:'
      ? `must begin with wss:// for ${hostname}: ws:// is for loopback addresses, and for others with allowInsecure`
      : 'must begin with wss://',
  )
}

/**
 * A line over WebSocket, by `ws` in Node and the browser's own elsewhere.
 *
 * Errors with `ConnectionLost` (close code, reason and `wasClean` in `close`) whenever the line ends, also after a
 * clean close. Errors with `InvalidOption`, before anything is sent, for a URL that would carry secrets in plain
 * text. A binary frame is passed on as a short note, which is not a valid message.
 *
 * In a page the URL may be a path, such as `/ctrader`: then the host is that of the page, with `wss:` if the page has
 * `https:`.
 *
 * ```ts
 * createClient({ connect: webSocketConnect('ws://127.0.0.1:5036'), clientId: 'demo', clientSecret: 'demo' })
 * ```
 */
export const webSocketConnect =
  (address: string, { allowInsecure = false, closeTimeout = 2000 }: WebSocketConnectOptions = {}): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const url = absolute(address)
      const refusal = unusable(url, allowInsecure)
      if (refusal) {
        subscriber.error(refusal)
        return undefined
      }

      // The browser's constructor takes no third argument and ignores it.
      const options = { maxPayload: MAX_RECEIVED_SIZE, closeTimeout }
      const webSocket = new WebSocket(url, [], options)
      const frame$ = new Subject<string>()
      let detail: string | undefined

      webSocket.onopen = () => {
        subscriber.next({
          frame$,
          send: text => {
            webSocket.send(text)
          },
        })
      }
      webSocket.onmessage = ({ data }: { data: unknown }) => {
        frame$.next(typeof data === 'string' ? data : '<binary frame>')
      }
      webSocket.onerror = ({ message }: { message?: string }) => {
        detail = message
      }
      webSocket.onclose = ({ code, reason, wasClean }) => {
        subscriber.error(
          new CTraderError({
            reason: 'ConnectionLost',
            sent: false,
            close: { code, reason, wasClean },
            ...omitUndefined({ detail }),
          }),
        )
      }

      return () => {
        // Keep `onerror`: closing before the handshake is over reports an error, and without a listener it would
        // throw.
        webSocket.onopen = webSocket.onmessage = webSocket.onclose = null
        webSocket.close(1000)
      }
    })
