import { Observable, Subject } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Connect, Socket } from 'rx-ctrader'
import type { SentFrame } from './wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
} = PayloadType

export interface ScriptedLine {
  /** What the client sent on this line. */
  readonly heard: SentFrame[]
  readonly say: (frame: object | string) => void
  readonly lose: (error: unknown) => void
  readonly end: () => void
}

export interface ScriptedServer {
  readonly connect: Connect
  readonly lines: ScriptedLine[]
  /** How many lines are open. */
  readonly open: () => number
}

export type Reply = (frame: SentFrame, line: ScriptedLine) => void

/** Answers both authentications, at once and always. */
export const obliging: Reply = ({ payloadType, clientMsgId, payload }, { say }) => {
  if (payloadType === PROTO_OA_APPLICATION_AUTH_REQ)
    say({ payloadType: PROTO_OA_APPLICATION_AUTH_RES, clientMsgId })
  if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
    say({
      payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
      clientMsgId,
      payload: { ctidTraderAccountId: payload?.['ctidTraderAccountId'] },
    })
}

/** A server that does nothing but what it is told, for behaviour the simulator would never show. */
export const scriptedServer = (reply: Reply = obliging): ScriptedServer => {
  const lines: ScriptedLine[] = []
  let open = 0
  return {
    lines,
    open: () => open,
    connect: () =>
      new Observable<Socket>(subscriber => {
        const frame$ = new Subject<string>()
        const line: ScriptedLine = {
          heard: [],
          say: frame => {
            frame$.next(typeof frame === 'string' ? frame : JSON.stringify(frame))
          },
          lose: error => {
            subscriber.error(error)
          },
          end: () => {
            subscriber.complete()
          },
        }
        lines.push(line)
        open += 1
        subscriber.next({
          frame$,
          send: text => {
            const frame = JSON.parse(text) as SentFrame
            line.heard.push(frame)
            reply(frame, line)
          },
        })
        return () => {
          open -= 1
        }
      }),
  }
}
