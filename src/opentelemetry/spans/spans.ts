import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { Subscription } from 'rxjs'
import type { WatchedRequest } from '../../connection/requests/requestSteps'
import { PayloadType } from '../../protocol/payloadType'
import { payloadTypeName } from '../../protocol/payloadTypeName'
import type { MessageOf } from '../../protocol/table'
import type { Activity } from '../../session/activity'
import { errorAttributes, payloadTypeAttributes } from '../model/attributes'
import type { NameAccount } from '../model/attributes'
import type { Messages } from '../model/messages'
import { traceOrders } from './orderSpans'
import type { OrderSpans } from './orderSpans'

/** The span of a frame that belongs to orders is linked with theirs, and theirs with it. */
const linkWith = (orders: readonly Span[], frame: Span): void => {
  for (const order of orders) order.addLink({ context: frame.spanContext() })
}

const linksTo = (orders: readonly Span[]): { readonly context: SpanContext }[] =>
  orders.map(order => ({ context: order.spanContext() }))

const fail = (span: Span, error: unknown): void => {
  span.setAttributes(errorAttributes(error))
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** A span for each request, from when it waits for its turn to its end. */
const traceRequests = (
  tracer: Tracer,
  { requestStep$ }: Activity,
  nameOf: NameAccount,
  orders: OrderSpans,
): Subscription => {
  const open = new Map<WatchedRequest, Span>()
  const begin = (request: WatchedRequest): void => {
    const { accountId, clientMsgId, payloadType } = request
    const order = orders.ofRequest(clientMsgId)
    const concerned = order ? [order] : orders.inDoubt(accountId, payloadType)
    const span = tracer.startSpan(payloadTypeName(payloadType) ?? String(payloadType), {
      kind: SpanKind.CLIENT,
      links: linksTo(concerned),
      attributes: {
        ...payloadTypeAttributes(payloadType),
        'ctrader.client_msg_id': clientMsgId,
        ...nameOf(accountId),
      },
    })
    linkWith(concerned, span)
    open.set(request, span)
  }
  const end = (request: WatchedRequest, error?: unknown): void => {
    const span = open.get(request)
    open.delete(request)
    if (!span) return
    if (error !== undefined) fail(span, error)
    span.end()
  }
  const tracing = requestStep$.subscribe(step => {
    const { request } = step
    if (step.step === 'waiting' && !open.has(request)) begin(request)
    else if (step.step === 'settled') end(request, step.error)
    else {
      open.get(request)?.addEvent(step.step)
      if (step.step === 'abandoned') end(request)
    }
  })
  tracing.add(() => {
    for (const request of open.keys()) end(request)
  })
  return tracing
}

/** A span without a duration for each execution event of an order. */
const traceReports = (
  tracer: Tracer,
  { handle }: Messages,
  nameOf: NameAccount,
  orders: OrderSpans,
): void => {
  const trace = ({
    clientMsgId,
    payload: { ctidTraderAccountId, order },
    payloadType,
  }: MessageOf<typeof PayloadType.PROTO_OA_EXECUTION_EVENT>): void => {
    const orderSpan = orders.ofReport(ctidTraderAccountId, clientMsgId, order?.orderId)
    if (!orderSpan) return
    const attributes: Attributes = { ...payloadTypeAttributes(payloadType), ...nameOf(ctidTraderAccountId) }
    const span = tracer.startSpan('PROTO_OA_EXECUTION_EVENT', {
      kind: SpanKind.CONSUMER,
      links: linksTo([orderSpan]),
      attributes,
    })
    linkWith([orderSpan], span)
    span.end()
  }
  handle(PayloadType.PROTO_OA_EXECUTION_EVENT, trace)
}

/** Spans of requests, orders and their execution events. */
export const traceClient = (
  tracer: Tracer,
  activity: Activity,
  messages: Messages,
  nameOf: NameAccount,
): Subscription => {
  const { spans, tracing } = traceOrders(tracer, activity, nameOf)
  tracing.add(traceRequests(tracer, activity, nameOf, spans))
  traceReports(tracer, messages, nameOf, spans)
  return tracing
}
