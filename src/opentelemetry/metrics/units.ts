import type { Counter, Meter, MetricOptions } from '@opentelemetry/api'

/** Durations are in seconds, as OpenTelemetry advises. */
export const seconds = (ms: number): number => ms / 1_000

/** From a round trip on the same continent to the timeout of a request, in seconds. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** From a lost line that heals at once to a maintenance, in seconds. */
const LONG = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600]

const histogram = (description: string, explicitBucketBoundaries: number[]): MetricOptions => ({
  description,
  unit: 's',
  advice: { explicitBucketBoundaries },
})

export const shortDuration = (description: string): MetricOptions => histogram(description, SHORT)
export const longDuration = (description: string): MetricOptions => histogram(description, LONG)

/** The options of an instrument that counts things. */
export const countOptions = (thing: string, description: string): MetricOptions => ({
  description,
  unit: `{${thing}}`,
})

/** Counters by what they are called here: the name, the thing and the description of each. */
export const createCounters = <K extends string>(
  meter: Meter,
  counters: Readonly<Record<K, readonly [name: string, thing: string, description: string]>>,
): Readonly<Record<K, Counter>> => {
  const made = {} as Record<K, Counter>
  for (const key in counters) {
    const [name, thing, description] = counters[key]
    made[key] = meter.createCounter(name, countOptions(thing, description))
  }
  return made
}
