import type { Attributes, Meter } from '@opentelemetry/api'
import { Subscription } from 'rxjs'
import type { WatchedLine } from '../../gateway/activity'
import { observe } from './observe'
import { countOptions } from './units'

/** The line of a gateway to cTrader that something is about. */
export const gatewayLineAttributes = (name: string): Attributes => ({ 'ctrader.gateway.line': name })

type Figure = readonly [
  kind: 'createObservableCounter' | 'createObservableUpDownCounter',
  name: string,
  thing: string,
  description: string,
  read: (line: WatchedLine) => readonly (readonly [number, Attributes])[],
]

const figures: readonly Figure[] = [
  [
    'createObservableUpDownCounter',
    'accounts',
    'account',
    'Accounts that are open on a line to cTrader',
    ({ accounts }) => [[accounts(), {}]],
  ],
  [
    'createObservableUpDownCounter',
    'line.held',
    'line',
    'Whether this process has a line: 1 or 0',
    ({ isHeld }) => [[isHeld() ? 1 : 0, {}]],
  ],
  [
    'createObservableCounter',
    'line.takeovers',
    'takeover',
    'Times in which this process got a line',
    ({ counters }) => [[counters.takeovers, {}]],
  ],
  [
    'createObservableCounter',
    'line.losses',
    'loss',
    'Times in which this process lost a line without having given it back',
    ({ counters }) => [[counters.losses, {}]],
  ],
  [
    'createObservableUpDownCounter',
    'orders.open',
    'order',
    'Order commands without an end',
    ({ orders }) => {
      const { lookup, running } = orders()
      return [
        [running, { 'ctrader.gateway.order.state': 'running' }],
        [lookup, { 'ctrader.gateway.order.state': 'lookup' }],
      ]
    },
  ],
  [
    'createObservableCounter',
    'orders.stopped',
    'order',
    'Orders that did not leave because another process has the line',
    ({ counters }) => [[counters.stoppedOrders, {}]],
  ],
  [
    'createObservableUpDownCounter',
    'accounts.unsettled',
    'account',
    'Accounts whose open orders cannot be looked up',
    ({ orders }) => [[orders().unsettled, {}]],
  ],
  [
    'createObservableCounter',
    'owner.requests',
    'request',
    'Requests of edges',
    ({ counters }) =>
      Object.entries(counters.requests).map(([reply, count]) => [count, { 'ctrader.gateway.reply': reply }]),
  ],
  [
    'createObservableCounter',
    'owner.events',
    'event',
    'Events of accounts sent to edges',
    ({ counters }) => [[counters.events, {}]],
  ],
  [
    'createObservableCounter',
    'owner.prices',
    'price',
    'Prices and books sent to edges',
    ({ counters }) => [[counters.prices, {}]],
  ],
]

/** The lines to cTrader that a process has or could have, and what it does for the edges on them. */
export const measureGatewayLines = (meter: Meter, lines: readonly WatchedLine[]): Subscription => {
  const measuring = new Subscription()
  for (const [kind, name, thing, description, read] of figures)
    measuring.add(
      observe(meter, kind, `ctrader.gateway.${name}`, countOptions(thing, description), () =>
        lines.flatMap(line =>
          read(line).map(
            ([value, attributes]) => [value, { ...gatewayLineAttributes(line.name), ...attributes }] as const,
          ),
        ),
      ),
    )
  return measuring
}
