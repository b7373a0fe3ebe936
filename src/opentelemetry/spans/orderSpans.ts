import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Span, Tracer } from '@opentelemetry/api'
import type { Subscription } from 'rxjs'
import { PayloadType } from '../../protocol/payloadType'
import type { Activity, OrderStep, WatchedOrder } from '../../session/activity'
import type { NameAccount } from '../model/attributes'
import { createOrderProgress } from '../model/orderProgress'
import type { OrderProgress } from '../model/orderProgress'

/** The spans of the orders that are followed now. */
export interface OrderSpans {
  readonly ofRequest: (clientMsgId: string) => Span | undefined
  readonly ofReport: (
    accountId: number,
    clientMsgId: string | undefined,
    orderId: number | undefined,
  ) => Span | undefined
  /** Those whose outcome is not known, if this request may find it out. */
  readonly inDoubt: (accountId: number | undefined, payloadType: number) => readonly Span[]
}

/** The functions that send these commands. */
const names: Readonly<Record<number, string>> = {
  [PayloadType.PROTO_OA_NEW_ORDER_REQ]: 'placeOrder',
  [PayloadType.PROTO_OA_AMEND_ORDER_REQ]: 'amendOrder',
  [PayloadType.PROTO_OA_CANCEL_ORDER_REQ]: 'cancelOrder',
  [PayloadType.PROTO_OA_CLOSE_POSITION_REQ]: 'closePosition',
  [PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ]: 'amendProtection',
}

/** The requests that show what became of an order. Several orders may share one. */
const QUERIES: ReadonlySet<number> = new Set([
  PayloadType.PROTO_OA_RECONCILE_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_REQ,
  PayloadType.PROTO_OA_ORDER_DETAILS_REQ,
  PayloadType.PROTO_OA_ORDER_LIST_BY_POSITION_ID_REQ,
  PayloadType.PROTO_OA_DEAL_LIST_REQ,
])

interface Open {
  readonly span: Span
  readonly progress: OrderProgress
  clientMsgId?: string
  order?: string
}

/** Order ids are unique in an account only. */
const orderKey = (accountId: number, orderId: number): string => `${accountId} ${orderId}`

/** A span for each order command, from its call to its end, with an event for each update. */
export const traceOrders = (
  tracer: Tracer,
  { orderStep$ }: Activity,
  nameOf: NameAccount,
): { readonly spans: OrderSpans; readonly tracing: Subscription } => {
  const open = new Map<WatchedOrder, Open>()
  const byMessage = new Map<string, Open>()
  const byOrder = new Map<string, Open>()

  const begin = (order: WatchedOrder): void => {
    const span = tracer.startSpan(names[order.payloadType] ?? 'order', {
      kind: SpanKind.INTERNAL,
      attributes: nameOf(order.accountId),
    })
    open.set(order, { span, progress: createOrderProgress(order) })
  }
  const forget = ({ clientMsgId, order }: Open): void => {
    if (clientMsgId !== undefined) byMessage.delete(clientMsgId)
    if (order !== undefined) byOrder.delete(order)
  }
  const end = (order: WatchedOrder, entry: Open): void => {
    open.delete(order)
    forget(entry)
    const outcome = entry.progress.outcomeAttributes()
    entry.span.setAttributes({ ...entry.progress.attributes(), ...outcome })
    if (outcome['error.type'] !== undefined || outcome['ctrader.error_code'] !== undefined)
      entry.span.setStatus({ code: SpanStatusCode.ERROR })
    entry.span.end()
  }
  const index = (step: OrderStep, entry: Open): void => {
    if (step.step === 'named') {
      forget(entry)
      entry.clientMsgId = step.clientMsgId
      byMessage.set(step.clientMsgId, entry)
    }
    if (step.step !== 'updated' || step.orderId === undefined) return
    entry.order = orderKey(step.order.accountId, step.orderId)
    byOrder.set(entry.order, entry)
  }
  const note = (step: OrderStep): void => {
    if (step.step === 'begun') begin(step.order)
    const entry = open.get(step.order)
    if (!entry) return
    entry.progress.note(step)
    index(step, entry)
    if (step.step === 'updated') entry.span.addEvent(step.status)
    if (step.step === 'ended' || step.step === 'abandoned') end(step.order, entry)
  }

  const inDoubt = (accountId: number): readonly Span[] =>
    [...open]
      .filter(([order, { progress }]) => order.accountId === accountId && progress.isInDoubt())
      .map(([, { span }]) => span)

  const tracing = orderStep$.subscribe(note)
  tracing.add(() => {
    for (const [order, entry] of open) end(order, entry)
  })
  return {
    tracing,
    spans: {
      ofRequest: clientMsgId => byMessage.get(clientMsgId)?.span,
      inDoubt: (accountId, payloadType) =>
        accountId !== undefined && QUERIES.has(payloadType) ? inDoubt(accountId) : [],
      ofReport: (accountId, clientMsgId, orderId) =>
        (
          byMessage.get(clientMsgId ?? '') ??
          (orderId === undefined ? undefined : byOrder.get(orderKey(accountId, orderId)))
        )?.span,
    },
  }
}
