import { Observable, ReplaySubject, Subscription, defer, map, throwError, timeout } from 'rxjs'
import { monotonicNow } from '../clock'
import { CTraderError, asCTraderError } from '../errors'
import { PayloadType } from '../protocol/payloadType'
import { holdsSecrets } from '../protocol/secrets'
import type { Message, MessageType } from '../protocol/table'
import { encodeFrame } from '../transport/frame'
import { MAX_FRAME_SIZE } from '../transport/frameSize'
import type { Connect, Socket } from '../transport/socket'
import { omitUndefined } from '../util/omitUndefined'
import { heartbeat, newActivity, lastReceived } from './heartbeat'
import type { HeartbeatOptions } from './heartbeat'
import type { OpenLink } from './link'
import { connectionLost, errorAsLost } from './lost'
import { createLanes } from './requests/lanes'
import type { LaneOptions } from './requests/lanes'
import { createOversized } from './requests/oversized'
import type { Guard, Oversized } from './requests/oversized'
import type { MessageTap } from './messageTap'
import { probeLine } from './probe'
import { createRequests } from './requests/createRequests'
import type { SenderOptions } from './requests/sender'
import { createReceiver } from './receiver'
import type { ReceiverOptions } from './receiver'
import { createRouter } from './router'
import type { Router } from './router'
import { createWire, tapSocket } from './wire'
import type { Wire } from './wire'

export interface LinkOptions extends HeartbeatOptions, LaneOptions, SenderOptions, ReceiverOptions {
  /** How long the line may take to open, in ms. */
  readonly connectTimeout: number
  /** Whether timers may be slow. Then incoming frames must keep the line alive too. */
  readonly isHidden: () => boolean
  /** Emits when the network may have changed, so that the line is probed. */
  readonly wake$: Observable<unknown>
  /** For a listener to the raw frames. */
  readonly wire?: Wire
  /** For a listener to the messages. */
  readonly messageTap?: MessageTap
  /** What is known of requests whose answers ended lines. */
  readonly oversized?: Oversized
}

const sizeChecked = (payloadType: MessageType, text: string): string => {
  if (text.length <= MAX_FRAME_SIZE) return text
  const fault = {
    path: '',
    expected: `a frame of at most ${MAX_FRAME_SIZE} characters`,
    actual: String(text.length),
  }
  throw new CTraderError({ reason: 'InvalidRequest', payloadType, faults: [fault] })
}

/** Whether an administrator blocked the client: reconnecting would not help. */
const isBlock = (reason: string): boolean => /\bblock/i.test(reason)

/** The server cancels the application's connection. The line is over, even if the socket stays open. */
const cancelledBy = ({ on }: Router): Observable<never> =>
  on(PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT).pipe(
    map(({ payload: { reason = 'no reason given' } }) => {
      throw isBlock(reason)
        ? new CTraderError({ reason: 'ClientBlocked', detail: reason })
        : connectionLost(`the server disconnected the client: ${reason}`)
    }),
  )

/** A link on an open socket, and the two steps of its end. */
interface Line {
  readonly link: OpenLink
  /** Reads frames and keeps the line alive. */
  readonly run: () => Subscription
  /** Before any consumer learns of the end: what they request then does not leave, and settles with all others. */
  readonly stop: (cause: CTraderError) => void
  /** Tells the consumers. */
  readonly close: (cause: CTraderError) => void
}

const lineOver = (
  socket: Socket,
  options: LinkOptions,
  { event$, secrets }: Wire,
  guard: Guard,
  lose: (error: unknown) => void,
): Line => {
  const activity = newActivity()
  const router = createRouter(options.messageTap)
  const lanes = createLanes(options)
  const send = (message: Message): void => {
    if (holdsSecrets(message.payloadType)) secrets.remember(message.payload)
    activity.lastSent = monotonicNow()
    socket.send(sizeChecked(message.payloadType, encodeFrame(message)))
  }
  const requests = createRequests(send, lanes, options)
  const { receive, unread$ } = createReceiver({ ...options, secrets, requests, router })
  const closed$ = new ReplaySubject<CTraderError>(1)

  const link: OpenLink = {
    message$: router.message$,
    on: router.on,
    request: (payloadType, payload) =>
      guard.ask({ payloadType, payload }, requests.request(payloadType, payload)),
    command: requests.command,
    inFlow: requests.inFlow,
    nextId: options.nextId,
    send: (payloadType, payload) => {
      lanes.enter(payloadType, () => {
        send({ payloadType, payload } as Message)
      })
    },
    end: lose,
    vitals: () => ({
      receivedAt: lastReceived(activity),
      ...omitUndefined({ roundTrip: requests.roundTrip() }),
      waiting: lanes.waiting(),
      listeners: router.listeners(),
    }),
    unread$: unread$.asObservable(),
    closed$: closed$.asObservable(),
  }

  const beat = (): void => {
    link.send(PayloadType.HEARTBEAT_EVENT, {})
  }
  const receiveFrame = (text: string): void => {
    if (event$.observed) event$.next({ kind: 'received', text })
    activity.received += 1
    if (options.isHidden() && monotonicNow() - activity.lastSent >= options.heartbeatInterval) beat()
    receive(text)
  }

  const receiveEvent = (message: Message): void => {
    if (event$.observed) event$.next({ kind: 'received', text: encodeFrame(message) })
    activity.received += 1
    router.route(message)
  }

  return {
    link,
    run: () => {
      const running = new Subscription()
      // Subscribed to directly: an operator in between would cost every frame as much as its validation.
      running.add(
        socket.frame$.subscribe({
          next: receiveFrame,
          error: lose,
          complete: () => {
            lose(connectionLost('the frames ended'))
          },
        }),
      )
      if (socket.event$) running.add(socket.event$.subscribe(receiveEvent))
      if (socket.inProcess !== true) {
        running.add(probeLine(requests, options.wake$).subscribe({ error: lose }))
        running.add(heartbeat(activity, { beat, onLook: router.look }, options).subscribe({ error: lose }))
      }
      running.add(cancelledBy(router).subscribe({ error: lose }))
      return running
    },
    stop: cause => {
      lanes.close()
      guard.ended(cause, requests.underWay())
    },
    close: cause => {
      lanes.close()
      requests.fail(cause)
      closed$.next(cause)
      closed$.complete()
      router.close()
      unread$.complete()
    },
  }
}

/**
 * Opens a line and emits its link, once. Never completes. Errors with a `CTraderError` when the line is lost for
 * any reason, and closes the line when unsubscribed.
 */
export const openLink = (connect: Connect, options: LinkOptions): Observable<OpenLink> =>
  new Observable(subscriber => {
    const { connectTimeout, oversized = createOversized(), wire = createWire() } = options
    const guard = oversized.onLine()
    let line: Line | undefined
    let lost: CTraderError | undefined

    const lose = (error: unknown): void => {
      lost = wire.secrets.concealError(asCTraderError(error))
      line?.stop(lost)
      subscriber.error(lost)
    }
    const open = (socket: Socket): void => {
      const opened = lineOver(socket, options, wire, guard, lose)
      line = opened
      subscriber.add(opened.run())
      subscriber.next(opened.link)
      // Added last: holders are told after the owner has moved on, so that none re-reads a dead link.
      subscriber.add(() => {
        opened.close(lost ?? connectionLost('closed by this client'))
      })
    }
    const connection = new Subscription()
    subscriber.add(connection)
    connection.add(
      defer(tapSocket(connect, wire))
        .pipe(
          errorAsLost('the line ended'),
          timeout({
            first: connectTimeout,
            with: () => throwError(() => connectionLost(`not open within ${connectTimeout} ms`)),
          }),
        )
        .subscribe({ next: open, error: lose }),
    )
  })
