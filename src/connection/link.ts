import {
  Observable,
  ReplaySubject,
  asyncScheduler,
  defer,
  merge,
  switchMap,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import { asCTraderError } from '../errors'
import type { CTraderError } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import { concealed } from '../protocol/secrets'
import type { Message, MessageOf, MessageType, Payload } from '../protocol/table'
import { encodeFrame, frameDecoder } from '../transport/frame'
import type { Drift, FrameError } from '../transport/frame'
import { redact } from '../transport/redact'
import type { Connect, Socket } from '../transport/socket'
import { heartbeat } from './heartbeat'
import type { HeartbeatOptions } from './heartbeat'
import { connectionLost, endsAsLost } from './lost'
import { createRequests } from './request'
import type { Request, RequestOptions } from './request'
import { createRouter } from './router'

/** One open line, seen as messages. It is used up when the line is lost; the next line is another link. */
export interface Link {
  /** Every message that comes in, tokens concealed. Completes when the line is lost. */
  readonly message$: Observable<Message>
  /** Those of one payload type, without looking at the others. Completes when the line is lost. */
  readonly on: <T extends MessageType>(payloadType: T) => Observable<MessageOf<T>>
  /** Sends on subscription, emits the payload of the one answer, completes; errors with a `CTraderError`. */
  readonly request: Request
  /** Sends a message that nothing answers. */
  readonly send: <T extends MessageType>(payloadType: T, payload: Payload<T>) => void
  /** Emits once, when the line is lost, why; late subscribers get it too. */
  readonly closed$: Observable<CTraderError>
}

/** A frame that is no message: why not, and its text with secrets redacted. */
export interface RejectedFrame extends FrameError {
  readonly text: string
}

export interface LinkOptions extends HeartbeatOptions, RequestOptions {
  /** How long the line may take to open, in ms. */
  readonly connectTimeout: number
  readonly onRejected: (frame: RejectedFrame) => void
  readonly onDrift: (drift: Drift) => void
}

/** The longest text of a rejected frame that is kept. */
const MAX_KEPT = 64 * 1024

const linkOver = (socket: Socket, options: LinkOptions, lineLost: () => CTraderError): Observable<Link> =>
  new Observable<Link>(subscriber => {
    const now = asyncScheduler.now()
    const activity = { lastSent: now, lastReceived: now }
    const decode = frameDecoder(options.onDrift)
    const router = createRouter()
    const closed$ = new ReplaySubject<CTraderError>(1)
    let lost: CTraderError | undefined

    const send = (message: Message): void => {
      activity.lastSent = asyncScheduler.now()
      socket.send(encodeFrame(message))
    }
    const requests = createRequests(send, options)

    const receive = (text: string): void => {
      activity.lastReceived = asyncScheduler.now()
      const decoded = decode(text)
      if (decoded._tag === 'Right') {
        requests.settle(decoded.right)
        router.route(concealed(decoded.right))
      } else {
        requests.settleRejected(decoded.left)
        options.onRejected({
          ...decoded.left,
          text: decoded.left.reason === 'NotText' ? '' : redact(text.slice(0, MAX_KEPT)),
        })
      }
    }

    const link: Link = {
      message$: router.message$,
      on: router.on,
      request: requests.request,
      send: (payloadType, payload) => {
        send({ payloadType, payload } as Message)
      },
      closed$: closed$.asObservable(),
    }

    const beat = (): void => {
      link.send(PayloadType.HEARTBEAT_EVENT, {})
    }
    const alive = merge(
      socket.frame$.pipe(tap(receive), endsAsLost('the frames ended')),
      heartbeat(activity, beat, options),
    ).subscribe({
      error: (error: unknown) => {
        lost = asCTraderError(error)
        subscriber.error(lost)
      },
    })
    subscriber.next(link)

    // Whoever holds this link learns of the loss after whoever owns it, who has moved on by then.
    return () => {
      alive.unsubscribe()
      const cause = lost ?? lineLost()
      requests.fail(cause)
      closed$.next(cause)
      closed$.complete()
      router.close()
    }
  })

/**
 * Opens a line and emits the link over it, once. Never completes: it errors with a `CTraderError` when the line is
 * lost, however that came, and closes the line when unsubscribed.
 */
export const openLink = (connect: Connect, options: LinkOptions): Observable<Link> =>
  defer(() => {
    let lost = connectionLost('closed by this client')
    return defer(connect).pipe(
      endsAsLost('the line ended'),
      timeout({
        first: options.connectTimeout,
        with: () => throwError(() => connectionLost(`not open within ${options.connectTimeout} ms`)),
      }),
      tap({
        error: (error: unknown) => {
          lost = asCTraderError(error)
        },
      }),
      switchMap(socket => linkOver(socket, options, () => lost)),
    )
  })
