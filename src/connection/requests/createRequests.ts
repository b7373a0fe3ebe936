import { EMPTY, Observable, catchError, ignoreElements, throwError } from 'rxjs'
import type { CTraderError } from '../../errors'
import { isRefused } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Message } from '../../protocol/table'
import { omitUndefined } from '../../util/omitUndefined'
import type { FlowId } from './fairQueue'
import type { Lanes } from './lanes'
import { createOpenRequests } from './openRequests'
import type { Question } from './oversized'
import type { Command, SendRequest } from './request'
import { createSender } from './sender'
import type { SenderOptions } from './sender'
import { createSettler } from './settler'
import type { Settler } from './settler'

/** How long a probe may take from when it is sent, in ms. A live server answers within a second. */
const PATIENCE = 5_000

export interface Requests extends Settler {
  readonly request: SendRequest
  readonly command: Command
  /**
   * The same in a flow of its own. By default, the messages of an account are one. A request does not leave if
   * `mayLeave` gives an error in its turn.
   */
  readonly inFlow: (
    flow: FlowId,
    mayLeave?: () => CTraderError | undefined,
  ) => { readonly request: SendRequest; readonly command: Command }
  /**
   * Sends a light request, ahead of all queries. Completes when the server has answered, also with a refusal.
   * Errors if there is no answer within some seconds of sending.
   */
  readonly probe: Observable<never>
  /** Emits when a request has timed out and the server has answered nothing for `idleTimeout`. */
  readonly unanswered$: Observable<unknown>
  /** The requests that were sent and are not answered yet. */
  readonly underWay: () => readonly Question[]
  /** The line is gone: settles every waiting request, and every later one. */
  readonly fail: (cause: CTraderError) => void
}

/** Pairs requests with their answers by `clientMsgId`, so that every request settles. */
export const createRequests = (
  send: (message: Message) => void,
  lanes: Lanes,
  options: SenderOptions & { readonly idleTimeout: number },
): Requests => {
  const open = createOpenRequests(options.requestTimeout, options.idleTimeout)
  const ask = createSender(send, lanes, open, options)
  const inFlow: Requests['inFlow'] = (flow, mayRequestLeave) => ({
    request: (payloadType, payload) =>
      ask(payloadType, payload, omitUndefined({ flow, mayLeave: mayRequestLeave })),

    command: (payloadType, payload, id, mayLeave) =>
      new Observable(subscriber =>
        ask(payloadType, payload, {
          onLeaving: clientMsgId => {
            subscriber.next({ status: 'sent', clientMsgId })
          },
          ...omitUndefined({ flow, id, mayLeave }),
        })
          .pipe(ignoreElements())
          .subscribe(subscriber),
      ),
  })
  return {
    ...createSettler(lanes, open),
    ...inFlow(undefined),
    inFlow,

    probe: ask(PayloadType.PROTO_OA_VERSION_REQ, {}, { isProbe: true, patience: PATIENCE }).pipe(
      catchError((error: unknown) => (isRefused(error) ? EMPTY : throwError(() => error))),
      ignoreElements(),
    ),

    unanswered$: open.unanswered$,
    underWay: () => open.all().filter(({ sent }) => sent),
    fail: open.fail,
  }
}
