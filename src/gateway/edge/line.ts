import { Subscription, asapScheduler, timer } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand } from '../../protocol/table'
import type { Message } from '../../protocol/table'
import { describeError } from '../../util/describeError'
import { omitUndefined } from '../../util/omitUndefined'
import type { Peer, ServerConnection } from '../../transport/peer'
import { notReachable, orderNotSent } from '../model/refusals'
import type { Handshake } from '../model/session'
import { handleAccountRequest } from './accountRequests'
import { toCall } from './wire/call'
import type { Call } from './wire/call'
import { createFloodGate, findClientMsgId } from './wire/flood'
import { keepAlive } from './wire/keepAlive'
import type { EdgeContext, Line } from './lineState'
import { createOutbox } from './wire/outbox'
import { MAX_ID, readPeerFrame } from './wire/readFrame'
import { authenticatePeer } from './authenticatePeer'

/** How long a peer may take to authenticate, in ms. */
const UNAUTHENTICATED_FOR = 10_000

const VERSION = '91'

const notAuthenticated = {
  errorCode: 'CH_CLIENT_NOT_AUTHENTICATED',
  description: 'Application is not authenticated',
}

const tooFrequent = {
  errorCode: 'REQUEST_FREQUENCY_EXCEEDED',
  description: 'Too many requests',
  retryAfter: 1,
}

const dispatch = (context: EdgeContext, line: Line, call: Call): void => {
  switch (call.payloadType) {
    case PayloadType.PROTO_OA_VERSION_REQ:
      call.answer({ version: VERSION })
      return
    case PayloadType.PROTO_OA_APPLICATION_AUTH_REQ:
      authenticatePeer(context, line, call)
      return
    default:
      if (line.user) handleAccountRequest(context, line, line.user, call)
      else call.refuse(notAuthenticated)
  }
}

/** Serves a peer: reads its frames, and settles each request. */
export const openLine = (context: EdgeContext, peer: Peer, handshake: Handshake): ServerConnection => {
  const { counters, limits, lines, log } = context
  const life = new Subscription()
  const outbox = createOutbox(peer, life, counters, limits.maxRate)
  const gate = createFloodGate(limits)
  let lastReceived = monotonicNow()
  let unsettled = 0
  let isFinishing = false
  const hangUpIfDone = (): void => {
    if (isFinishing && unsettled === 0) outbox.hangUp(1001, 'Gateway is closing')
  }
  const line: Line = {
    handshake,
    life,
    outbox,
    user: undefined,
    isLoggingIn: false,
    entitlements: [],
    accounts: new Map(),
    waiting: { live: 0, historical: 0 },
    finish: () => {
      isFinishing = true
      hangUpIfDone()
    },
    end: reason => {
      if (life.closed) return
      outbox.write({ payloadType: PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT, payload: { reason } })
      outbox.hangUp(1008, reason)
    },
  }
  const write = (message: Message): void => {
    outbox.write(message)
  }
  const refuseText = (id: string | undefined, refusal: object): void => {
    const payload = refusal as { readonly errorCode: string }
    // An id that is refused may be as long as the frame.
    const clientMsgId = id?.slice(0, MAX_ID)
    write({ payloadType: PayloadType.PROTO_OA_ERROR_RES, ...omitUndefined({ clientMsgId }), payload })
  }
  const serve = (message: Message): void => {
    const begin = monotonicNow()
    const isOrder = isCommand(message.payloadType)
    const call = toCall(message, write, outcome => {
      counters.settle({ payloadType: call.payloadType, outcome, time: monotonicNow() - begin })
      unsettled -= 1
      if (isOrder) counters.commands -= 1
      // The event that has answered an order comes after it.
      if (isFinishing) life.add(asapScheduler.schedule(hangUpIfDone))
      context.ended$.next()
    })
    unsettled += 1
    if (isOrder) counters.commands += 1
    if (!isFinishing) dispatch(context, line, call)
    else if (isOrder) call.refuseOrder(orderNotSent)
    else call.refuse(notReachable)
  }
  const read = (text: string): void => {
    const frame = readPeerFrame(text)
    if (frame.kind === 'request') serve(frame.message)
    if (frame.kind !== 'invalid') return
    const { clientMsgId, isOver, refusal } = frame
    refuseText(clientMsgId, refusal)
    if (isOver) outbox.hangUp(1000, 'Bye')
  }
  const receive = (text: string): void => {
    if (life.closed) return
    counters.frames += 1
    lastReceived = monotonicNow()
    if (text.length > limits.frameSize) {
      outbox.hangUp(1009, 'Frame too long')
      return
    }
    switch (gate()) {
      case 'read':
        read(text)
        return
      case 'refuse':
        counters.refusedFrames += 1
        refuseText(findClientMsgId(text), tooFrequent)
        return
      case 'end':
        outbox.hangUp(1008, 'Too many requests')
    }
  }

  counters.lines += 1
  lines.add(line)
  life.add(() => {
    lines.delete(line)
    context.ended$.next()
    for (const account of [...line.accounts.values()]) account.leave(false)
  })
  life.add(
    keepAlive({
      lastSent: outbox.lastSent,
      lastReceived: () => lastReceived,
      beat: () => {
        outbox.write({ payloadType: PayloadType.HEARTBEAT_EVENT, payload: {} })
      },
      hangUp: () => {
        outbox.hangUp(1000, 'Bye')
      },
    }),
  )
  life.add(
    timer(UNAUTHENTICATED_FOR).subscribe(() => {
      if (!line.user) outbox.hangUp(1008, 'Not authenticated in time')
    }),
  )
  return {
    receive: text => {
      try {
        receive(text)
      } catch (error) {
        // It ends the line of the peer that caused it, and not the process.
        log('error', 'gateway.line', { error: describeError(error) })
        outbox.hangUp(1011, 'Internal error')
      }
    },
    pinged: () => {
      lastReceived = monotonicNow()
      // Each ping is answered, so that it costs as much as a frame.
      if (gate() === 'end') outbox.hangUp(1008, 'Too many requests')
    },
    closed: () => {
      life.unsubscribe()
    },
    drained: outbox.drained,
  }
}
