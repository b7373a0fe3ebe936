import type { Attributes, Meter, MetricOptions, Observable as Instrument } from '@opentelemetry/api'
import { Subscription } from 'rxjs'

/** Values by attributes, for a collection. */
type Read = () => Iterable<readonly [value: number, attributes: Attributes]>

type Kind = 'createObservableCounter' | 'createObservableGauge' | 'createObservableUpDownCounter'

/** An instrument that is read when metrics are collected, so that it costs nothing in between. */
export const observe = (
  meter: Meter,
  kind: Kind,
  name: string,
  options: MetricOptions,
  read: Read,
): Subscription => {
  const instrument: Instrument = meter[kind](name, options)
  const callback = (result: { readonly observe: (value: number, attributes: Attributes) => void }): void => {
    for (const [value, attributes] of read()) result.observe(value, attributes)
  }
  instrument.addCallback(callback)
  return new Subscription(() => {
    instrument.removeCallback(callback)
  })
}

/** How often each key occurs. */
export const tally = <T, K>(values: Iterable<T>, keyOf: (value: T) => K): ReadonlyMap<K, number> => {
  const counts = new Map<K, number>()
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1)
  return counts
}
