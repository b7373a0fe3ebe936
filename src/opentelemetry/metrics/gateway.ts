import type { Attributes, Meter } from '@opentelemetry/api'
import { Subscription } from 'rxjs'
import type { GatewayActivity } from '../../gateway/activity'
import type { GatewayStats } from '../../gateway/model/stats'
import { payloadTypeAttributes } from '../model/attributes'
import { observe } from './observe'
import { countOptions, seconds, shortDuration } from './units'

type Total = readonly [
  name: string,
  thing: string,
  description: string,
  read: (stats: GatewayStats, journals: number) => readonly (readonly [number, Attributes])[],
]

const totals: readonly Total[] = [
  ['connections.opened', 'line', 'Lines of browsers that were opened', ({ lines }) => [[lines, {}]]],
  [
    'connections.closed',
    'line',
    'Lines of browsers that the gateway has closed',
    ({ closed }) =>
      Object.entries(closed).map(([code, count]) => [count, { 'ctrader.gateway.close_code': Number(code) }]),
  ],
  [
    'sessions.refused',
    'session',
    'Sessions that were refused',
    ({ refusedSessions }) => [[refusedSessions, {}]],
  ],
  ['frames.received', 'frame', 'Frames of browsers', ({ frames }) => [[frames, {}]]],
  [
    'frames.refused',
    'frame',
    'Frames of browsers that were refused unread',
    ({ refusedFrames }) => [[refusedFrames, {}]],
  ],
  ['prices.sent', 'price', 'Prices and books sent to browsers', ({ prices }) => [[prices, {}]]],
  [
    'prices.conflated',
    'price',
    'Prices and books that became a part of the next one',
    ({ conflatedPrices }) => [[conflatedPrices, {}]],
  ],
  [
    'accounts.disconnected',
    'account',
    'Accounts of a line of a browser that were closed because something may have been missed',
    ({ disconnectedAccounts }) => [[disconnectedAccounts, {}]],
  ],
  [
    'write.failures',
    'write',
    'Entries of the audit and of journals that could not be written',
    ({ failedAudits }, failedJournals) => [
      [failedAudits, { 'ctrader.gateway.store': 'audit' }],
      [failedJournals, { 'ctrader.gateway.store': 'journal' }],
    ],
  ],
]

/** Browsers and their requests, and what has to be written before orders leave. */
export const measureGateway = (meter: Meter, { counters, lines, peers }: GatewayActivity): Subscription => {
  const measuring = new Subscription()
  const failedJournals = (): number =>
    lines.reduce((sum, { counters: { failedWrites } }) => sum + failedWrites, 0)
  for (const [name, thing, description, read] of totals)
    measuring.add(
      observe(
        meter,
        'createObservableCounter',
        `ctrader.gateway.${name}`,
        countOptions(thing, description),
        () => read(counters.read(), failedJournals()),
      ),
    )
  measuring.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.gateway.connections',
      countOptions('line', 'Lines of browsers that are open'),
      () => [[peers(), {}]],
    ),
  )
  const duration = meter.createHistogram(
    'ctrader.gateway.request.duration',
    shortDuration('Time from a request of a browser to its answer'),
  )
  measuring.add(
    counters.watch(({ outcome, payloadType, time }) => {
      duration.record(seconds(time), {
        ...payloadTypeAttributes(payloadType),
        'ctrader.gateway.outcome': outcome,
      })
    }),
  )
  return measuring
}
