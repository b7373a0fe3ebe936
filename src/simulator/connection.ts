import { Subscription, asyncScheduler, defer, filter, merge, repeat, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import { codecOf, rowOf } from '../protocol/table'
import type { MessageType, RequestType } from '../protocol/table'
import { beforeAppAuth, handlers } from './handlers'
import type { HandledType, Handler } from './handlers'
import { readFrame } from './json'
import * as refusals from './refusals'
import type { Refusal } from './refusals'
import type { Session, World } from './world'

/** How the server reaches a client. */
export interface Peer {
  readonly send: (text: string) => void
  /** Closes with a handshake. */
  readonly close: (code: number, reason: string) => void
  /** Ends the line without a word, as a broken network does. */
  readonly cut: () => void
}

/** How a client reaches the server. */
export interface ServerConnection {
  readonly receive: (text: string) => void
  /** Tells the server that the client has gone. */
  readonly closed: () => void
}

/** A connection as the server's owner sees it. */
export interface OpenConnection extends ServerConnection {
  /** Makes the server send any text. */
  readonly say: (text: string) => void
}

const HEARTBEAT_AFTER = 30_000
const IDLE_AFTER = 60_000
const UNAUTHENTICATED_FOR = 30_000
// The server's own number, not the client's: a mistake in one must not become the other's.
const MAX_FRAME_SIZE = 15 * 1024 * 1024

/** Emits whenever nothing has happened for `period` ms since `last()`. */
const quiet = (last: () => number, period: number): Observable<unknown> =>
  defer(() => timer(Math.max(0, last() + period - asyncScheduler.now()))).pipe(
    repeat(),
    filter(() => asyncScheduler.now() - last() >= period),
  )

const isRequest = (payloadType: unknown): payloadType is HandledType =>
  typeof payloadType === 'number' && Object.hasOwn(handlers, payloadType)

const faultOf = (payloadType: MessageType, payload: unknown): string | undefined => {
  const result = codecOf(payloadType).decode(payload)
  if (result._tag === 'Right') return undefined
  const [root, ...path] = result.left[0]?.context ?? []
  const field = path.length === 0 ? 'payload' : path.map(({ key }) => key).join('.')
  return `Field ${field} is missing or not of type ${(path.at(-1) ?? root)?.type.name ?? 'message'}`
}

/** Serves one client: discipline first, then the handler of what it asks. */
export const openConnection = (world: World, peer: Peer): OpenConnection => {
  let lastSent = asyncScheduler.now()
  let lastReceived = lastSent
  const life = new Subscription()

  const say = (text: string): void => {
    if (life.closed) return
    lastSent = asyncScheduler.now()
    peer.send(text)
  }
  const write = (payloadType: MessageType, clientMsgId: string | undefined, payload: unknown): void => {
    const encoded = codecOf(payloadType).encode(payload) as object
    say(
      JSON.stringify({
        payloadType,
        clientMsgId,
        payload: Object.keys(encoded).length === 0 ? undefined : encoded,
      }),
    )
  }
  const session: Session = {
    appAuthenticated: false,
    accounts: new Map(),
    push: (payloadType, payload) => {
      write(payloadType, undefined, payload)
    },
  }
  const hangUp = (code = 1000, reason = 'Bye'): void => {
    if (life.closed) return
    life.unsubscribe()
    peer.close(code, reason)
  }

  /** What stands between a request and its handler, in the order in which the server looks. */
  const objection = (payloadType: RequestType, payload: unknown): Refusal | undefined => {
    if (!session.appAuthenticated && !beforeAppAuth.has(payloadType)) return refusals.clientNotAuthenticated
    const fault = faultOf(payloadType, payload)
    if (fault !== undefined) return refusals.invalidField(fault)
    const accountId = (payload as { readonly ctidTraderAccountId?: number }).ctidTraderAccountId
    return payloadType !== PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ &&
      accountId !== undefined &&
      !session.accounts.has(accountId)
      ? refusals.accountNotAuthorized
      : undefined
  }

  const receive = (text: string): void => {
    if (life.closed) return
    lastReceived = asyncScheduler.now()
    if (text.length > MAX_FRAME_SIZE) {
      hangUp(1009, 'Frame too long')
      return
    }
    const frame = readFrame(text)
    const refuse = (refusal: Refusal): void => {
      write(PayloadType.PROTO_OA_ERROR_RES, frame.clientMsgId, refusal)
    }
    if (frame.kind === 'malformed') {
      refuse(refusals.malformedJson(frame.position))
      hangUp()
      return
    }
    const { payloadType, payload, clientMsgId } = frame
    if (payloadType === PayloadType.HEARTBEAT_EVENT) return
    if (!isRequest(payloadType)) {
      refuse(
        typeof payloadType === 'number'
          ? refusals.unsupportedMessage(payloadType)
          : refusals.invalidField('Field payloadType is missing or not a number'),
      )
      return
    }
    const objected = objection(payloadType, payload)
    if (objected) {
      refuse(objected)
      return
    }
    const [answerType] = rowOf(payloadType)?.answeredBy ?? []
    const handle = handlers[payloadType] as Handler<RequestType>
    handle({
      payload: payload as never,
      session,
      world,
      answer: answer => {
        if (answerType !== undefined) write(answerType, clientMsgId, answer)
      },
      refuse,
    })
  }

  world.sessions.add(session)
  life.add(() => world.sessions.delete(session))
  life.add(
    merge(
      timer(UNAUTHENTICATED_FOR).pipe(filter(() => !session.appAuthenticated)),
      quiet(() => lastReceived, IDLE_AFTER),
    ).subscribe(() => {
      hangUp()
    }),
  )
  life.add(
    quiet(() => lastSent, HEARTBEAT_AFTER).subscribe(() => {
      session.push(PayloadType.HEARTBEAT_EVENT, {})
    }),
  )

  return {
    receive,
    say,
    closed: () => {
      life.unsubscribe()
    },
  }
}
