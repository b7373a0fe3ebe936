import type { Attributes, Meter } from '@opentelemetry/api'
import { Subscription, pairwise } from 'rxjs'
import type { Activity } from '../../session/activity'
import type { Client } from '../../session/client'
import { isWithoutLine } from '../../session/state/state'
import { errorAttributes, payloadTypeAttributes } from '../model/attributes'
import type { Messages } from '../model/messages'
import { tally, observe } from './observe'
import { countOptions, createCounters } from './units'

const lineAttributes = (line: number): Attributes => ({ 'ctrader.line': line })

const observeReceived = (meter: Meter, { received }: Messages): Subscription =>
  observe(
    meter,
    'createObservableCounter',
    'ctrader.client.frames.received',
    countOptions('frame', 'Messages received'),
    () => received().map(([payloadType, count]) => [count, payloadTypeAttributes(payloadType)] as const),
  )

const countUnread = (meter: Meter, { lines }: Activity, { drift$ }: Client): Subscription => {
  const { rejected, drifts } = createCounters(meter, {
    rejected: ['ctrader.client.frames.rejected', 'frame', 'Frames that are not messages'],
    drifts: [
      'ctrader.client.drifts',
      'drift',
      'Fields and enum numbers that this release does not know, each once',
    ],
  })
  const counting = drift$.subscribe(({ kind, payloadType }) => {
    drifts.add(1, { ...payloadTypeAttributes(payloadType), 'ctrader.drift.kind': kind })
  })
  for (const { rejected$ } of lines)
    counting.add(
      rejected$.subscribe(({ payloadType, reason }) => {
        rejected.add(1, { ...payloadTypeAttributes(payloadType), 'error.type': reason })
      }),
    )
  return counting
}

const countLosses = (meter: Meter, { lines }: Activity): Subscription => {
  const { losses, reconnects } = createCounters(meter, {
    losses: ['ctrader.client.connection.losses', 'loss', 'Lines that were lost or could not be opened'],
    reconnects: [
      'ctrader.client.connection.reconnects',
      'reconnect',
      'Lines that were open again after a loss',
    ],
  })
  const counting = new Subscription()
  for (const [line, { connection$ }] of lines.entries()) {
    let isLost = false
    counting.add(
      connection$.pipe(pairwise()).subscribe(([before, state]) => {
        isLost ||= isWithoutLine(before)
        if (isWithoutLine(state) || state.status === 'failed')
          losses.add(1, { ...lineAttributes(line), ...errorAttributes(state.cause) })
        if (state.status !== 'connected' || !isLost) return
        isLost = false
        reconnects.add(1, lineAttributes(line))
      }),
    )
  }
  return counting
}

const observeLines = (meter: Meter, { lines }: Activity): Subscription => {
  const observing = observe(
    meter,
    'createObservableUpDownCounter',
    'ctrader.client.connections',
    countOptions('line', 'Lines by status'),
    () =>
      [...tally(lines, line => line.health().status)].map(
        ([status, count]) => [count, { 'ctrader.connection.status': status }] as const,
      ),
  )
  observing.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.client.lane.waiting',
      countOptions('request', 'Requests that wait in a lane'),
      () =>
        lines.flatMap((line, index) =>
          Object.entries(line.health().waiting ?? { live: 0, historical: 0 }).map(
            ([lane, count]) => [count, { ...lineAttributes(index), 'ctrader.lane': lane }] as const,
          ),
        ),
    ),
  )
  return observing
}

/** Lines: what comes in, what cannot be read, losses, and what waits. */
export const measureLines = (
  meter: Meter,
  activity: Activity,
  client: Client,
  messages: Messages,
): Subscription => {
  const measuring = observeReceived(meter, messages)
  measuring.add(countUnread(meter, activity, client))
  measuring.add(countLosses(meter, activity))
  measuring.add(observeLines(meter, activity))
  return measuring
}
