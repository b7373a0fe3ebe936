import { Subscription, asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { messageRow } from '../../protocol/table'
import type { MessageType } from '../../protocol/table'
import type { Agenda } from '../model/scheduler'
import { handlers } from '../handlers/handlers'
import type { HandledType } from '../handlers/handlers'
import { readFrame } from './readFrame'
import { keepTime } from './keepAlive'
import { createLimiter } from './rateLimiter'
import type { Limits } from './rateLimiter'
import { createOutbox } from './outbox'
import type { Intervention, OpenConnection } from '../model/openConnection'
import type { Peer } from '../../transport/peer'
import * as refusals from '../model/refusals'
import { afterBadRequest, refusalSender, serve } from './dispatch'
import type { RequestContext } from './dispatch'
import type { Session } from '../model/session'
import type { World } from '../world/world'

export interface ConnectionOptions extends Pick<RequestContext, 'onDefect' | 'handlers'> {
  readonly limits: Limits
  /** Whether there are heartbeats, and a silent client is hung up on. */
  readonly lineTimers: boolean
  /** Called for every request, before anything else. */
  readonly intervene: (payloadType: number, payload: unknown) => Intervention | undefined
}

// The server's own limit, not the client's: a mistake in one must not become a mistake in the other.
const MAX_FRAME_SIZE = 15 * 1024 * 1024

const isRequest = (payloadType: unknown): payloadType is HandledType =>
  typeof payloadType === 'number' && Object.hasOwn(handlers, payloadType)

const isCommand = (payloadType: HandledType): boolean => {
  const { refusedBy = [] } = messageRow(payloadType) ?? {}
  return refusedBy.includes(PayloadType.PROTO_OA_ORDER_ERROR_EVENT)
}

/** Serves one client: checks a request, then calls its handler. */
export const openConnection = (
  world: World,
  agenda: Agenda,
  peer: Peer,
  { limits, lineTimers, intervene, onDefect, handlers: others }: ConnectionOptions,
): OpenConnection => {
  const life = new Subscription()
  const outbox = createOutbox(peer, life, world.write)
  const limiter = createLimiter(limits, world.unknowns.tooManyRequests)
  const session: Session = {
    appAuthenticated: false,
    accounts: new Map(),
    push: (payloadType, payload, clientMsgId) => {
      outbox.write(payloadType, clientMsgId, payload)
    },
  }
  const context: RequestContext = { world, agenda, session, outbox, limiter, onDefect, handlers: others }
  let lastReceived = monotonicNow()

  /** Serves a request, unless a fault prevents it. */
  const take = (payloadType: HandledType, payload: unknown, clientMsgId: string | undefined): void => {
    const intervention = intervene(payloadType, payload)
    if (!intervention) {
      serve(context, payloadType, payload, clientMsgId)
    } else if (intervention.kind === 'refuse') {
      const { carrier, refusal, withoutId } = intervention
      outbox.write(carrier, withoutId ? undefined : clientMsgId, refusal)
    } else if (intervention.kind === 'slow') {
      const taken = asyncScheduler.schedule(() => {
        serve(context, payloadType, payload, clientMsgId)
      }, intervention.ms)
      // An order command has arrived, and is executed without its client. For other requests there is no receiver
      // of an answer.
      if (!isCommand(payloadType)) life.add(taken)
    } else if (intervention.takesEffect) {
      const { answeredBy = [], refusedBy = [] } = messageRow(payloadType) ?? {}
      const answers: readonly MessageType[] = [...answeredBy, ...refusedBy]
      outbox.without(
        (type, id) => id === clientMsgId && answers.includes(type),
        () => {
          serve(context, payloadType, payload, clientMsgId)
        },
      )
    }
  }

  const noteLife = (): void => {
    lastReceived = monotonicNow()
  }
  const receive = (text: string): void => {
    if (life.closed) return
    noteLife()
    if (text.length > MAX_FRAME_SIZE) {
      outbox.hangUp(1009, 'Frame too long')
      return
    }
    const frame = readFrame(text)
    const refuse = refusalSender(context, frame.clientMsgId)
    if (frame.kind === 'malformed') {
      refuse(refusals.malformedJson(frame.position))
      outbox.hangUp()
      return
    }
    const { payloadType, payload, clientMsgId } = frame
    if (payloadType === PayloadType.HEARTBEAT_EVENT) {
      if (world.unknowns.heartbeatsCount) limiter.count(payloadType, 'live')
    } else if (isRequest(payloadType)) {
      take(payloadType, payload, clientMsgId)
    } else {
      refuse(
        typeof payloadType === 'number'
          ? refusals.unsupportedMessage(payloadType)
          : refusals.invalidField('Field payloadType is missing or not a number'),
      )
      afterBadRequest(context)
    }
  }

  world.sessions.add(session)
  agenda.catchUp()
  agenda.plan()
  life.add(() => {
    world.sessions.delete(session)
    world.identity.applications.leave(session)
    world.feed.leave(session)
    if (world.sessions.size === 0) agenda.rest()
    else agenda.plan()
  })
  if (lineTimers)
    life.add(
      keepTime({
        lastSent: outbox.lastSent,
        lastReceived: () => lastReceived,
        isAuthenticated: () => session.appAuthenticated,
        beat: () => {
          session.push(PayloadType.HEARTBEAT_EVENT, {})
        },
        hangUp: () => {
          outbox.hangUp()
        },
      }),
    )

  return {
    session,
    receive,
    pinged: noteLife,
    say: outbox.say,
    block: limiter.block,
    hangUp: () => {
      outbox.hangUp()
    },
    closed: () => {
      life.unsubscribe()
    },
    drained: outbox.drained,
  }
}
