import type { Attributes, Meter } from '@opentelemetry/api'
import type { Subscription } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { Activity, OrderStep, WatchedOrder } from '../../session/activity'
import type { NameAccount } from '../model/attributes'
import { observe } from './observe'
import { createOrderProgress } from '../model/orderProgress'
import type { OrderProgress } from '../model/orderProgress'
import { countOptions, createCounters, seconds, shortDuration } from './units'

/** Orders: their outcomes, those in doubt, and how long a fill takes. */
export const measureOrders = (meter: Meter, { orderStep$ }: Activity, nameOf: NameAccount): Subscription => {
  const { orders, doubts } = createCounters(meter, {
    orders: ['ctrader.client.orders', 'order', 'Order commands by outcome'],
    doubts: ['ctrader.client.order.doubts', 'doubt', 'Times that the outcome of an order was not known'],
  })
  const fill = meter.createHistogram(
    'ctrader.client.order.fill.duration',
    shortDuration('Time from sending an order to its complete fill'),
  )
  const open = new Map<WatchedOrder, { readonly progress: OrderProgress; sentAt?: number }>()

  const attributesOf = (order: WatchedOrder, progress: OrderProgress): Attributes => ({
    ...progress.attributes(),
    ...nameOf(order.accountId),
  })

  const noteStatus = (order: WatchedOrder, status: string): void => {
    const entry = open.get(order)
    if (!entry) return
    if (status === 'sent') entry.sentAt = monotonicNow()
    if (status === 'outcomeUnknown') doubts.add(1, attributesOf(order, entry.progress))
    if (status === 'filled' && entry.sentAt !== undefined)
      fill.record(seconds(monotonicNow() - entry.sentAt), attributesOf(order, entry.progress))
  }

  const note = (step: OrderStep): void => {
    const { order } = step
    if (step.step === 'begun') open.set(order, { progress: createOrderProgress(order) })
    const progress = open.get(order)?.progress
    if (!progress) return
    progress.note(step)
    if (step.step === 'updated') noteStatus(order, step.status)
    if (step.step === 'ended')
      orders.add(1, { ...attributesOf(order, progress), ...progress.outcomeAttributes() })
    if (step.step === 'ended' || step.step === 'abandoned') open.delete(order)
  }

  const measuring = orderStep$.subscribe(note)
  measuring.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.client.order.in_doubt',
      countOptions('order', 'Orders whose outcome is not known now'),
      () => [[[...open.values()].filter(({ progress }) => progress.isInDoubt()).length, {}]],
    ),
  )
  return measuring
}
