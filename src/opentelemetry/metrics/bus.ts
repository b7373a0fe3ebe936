import type { Meter } from '@opentelemetry/api'
import { Subscription } from 'rxjs'
import type { GatewayActivity } from '../../gateway/activity'
import { observe } from './observe'
import { countOptions } from './units'

/** Whether a process can reach the others. */
export const measureBus = (meter: Meter, { bus$ }: Pick<GatewayActivity, 'bus$'>): Subscription => {
  let isUp = true
  let losses = 0
  // A state that never changes completes at once.
  const measuring = new Subscription()
  measuring.add(
    bus$.subscribe(state => {
      if (isUp && state === 'down') losses += 1
      isUp = state === 'up'
    }),
  )
  measuring.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.gateway.bus.up',
      countOptions('bus', 'Whether the bus can be reached: 1 or 0'),
      () => [[isUp ? 1 : 0, {}]],
    ),
  )
  measuring.add(
    observe(
      meter,
      'createObservableCounter',
      'ctrader.gateway.bus.losses',
      countOptions('loss', 'Times in which the bus could not be reached any more'),
      () => [[losses, {}]],
    ),
  )
  return measuring
}
