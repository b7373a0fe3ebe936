import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api'

type Callback = (result: ObservableResult) => void

/** A meter that adds attributes to all that it gets, so that several clients may have the same one. */
export const attributedMeter = (meter: Meter, added: Attributes): Meter => {
  const counterOf = ({ add }: { readonly add: (value: number, attributes?: Attributes) => void }) => ({
    add: (value: number, attributes?: Attributes) => {
      add(value, { ...attributes, ...added })
    },
  })
  const observableOf = (instrument: {
    readonly addCallback: (callback: Callback) => void
    readonly removeCallback: (callback: Callback) => void
  }) => {
    const wrapped = new Map<Callback, Callback>()
    return {
      addCallback: (callback: Callback) => {
        const adding: Callback = result => {
          callback({
            observe: (value, attributes) => {
              result.observe(value, { ...attributes, ...added })
            },
          })
        }
        wrapped.set(callback, adding)
        instrument.addCallback(adding)
      },
      removeCallback: (callback: Callback) => {
        instrument.removeCallback(wrapped.get(callback) ?? callback)
      },
    }
  }
  const attributed: Pick<
    Meter,
    | 'createCounter'
    | 'createHistogram'
    | 'createObservableCounter'
    | 'createObservableGauge'
    | 'createObservableUpDownCounter'
  > = {
    createCounter: (name, options) => {
      const counter = meter.createCounter(name, options)
      return counterOf({ add: (value, attributes) => counter.add(value, attributes) })
    },
    createHistogram: (name, options) => {
      const histogram = meter.createHistogram(name, options)
      return {
        record: (value, attributes) => {
          histogram.record(value, { ...attributes, ...added })
        },
      }
    },
    createObservableCounter: (name, options) => observableOf(meter.createObservableCounter(name, options)),
    createObservableGauge: (name, options) => observableOf(meter.createObservableGauge(name, options)),
    createObservableUpDownCounter: (name, options) =>
      observableOf(meter.createObservableUpDownCounter(name, options)),
  }
  return attributed as Meter
}
