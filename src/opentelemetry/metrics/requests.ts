import type { Attributes, Meter } from '@opentelemetry/api'
import type { Subscription } from 'rxjs'
import { monotonicNow } from '../../clock'
import type { WatchedRequest } from '../../connection/requests/requestSteps'
import { isRefused } from '../../errors'
import { messageRow } from '../../protocol/table'
import type { Activity } from '../../session/activity'
import { errorAttributes, errorCodeAttributes, payloadTypeAttributes } from '../model/attributes'
import { createCounters, seconds, shortDuration } from './units'

const laneAttributes = ({ payloadType }: WatchedRequest): Attributes => ({
  ...payloadTypeAttributes(payloadType),
  'ctrader.lane': messageRow(payloadType)?.lane ?? 'live',
})

/** Requests: how many, how long they wait and take, and which are refused. */
export const measureRequests = (meter: Meter, { requestStep$ }: Activity): Subscription => {
  const { sent, refusals } = createCounters(meter, {
    sent: ['ctrader.client.requests', 'request', 'Requests sent'],
    refusals: ['ctrader.client.refusals', 'refusal', 'Requests refused'],
  })
  const duration = meter.createHistogram(
    'ctrader.client.request.duration',
    shortDuration('Time from a request to its answer, refusal, timeout or the loss of its line'),
  )
  const wait = meter.createHistogram(
    'ctrader.client.request.wait.duration',
    shortDuration('Time that a request waits in its lane before it is sent'),
  )
  /** When the last step of a request was. */
  const since = new WeakMap<WatchedRequest, number>()
  const elapsed = (request: WatchedRequest): number => {
    const now = monotonicNow()
    const ms = now - (since.get(request) ?? now)
    since.set(request, now)
    return seconds(ms)
  }

  return requestStep$.subscribe(step => {
    const { request } = step
    const took = elapsed(request)
    const attributes = payloadTypeAttributes(request.payloadType)
    if (step.step === 'sent') {
      sent.add(1, attributes)
      wait.record(took, laneAttributes(request))
    }
    if (step.step !== 'settled') return
    const { error } = step
    duration.record(took, error === undefined ? attributes : { ...attributes, ...errorAttributes(error) })
    if (isRefused(error)) refusals.add(1, { ...attributes, ...errorCodeAttributes(error.errorCode) })
  })
}
