import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { Histogram } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'

/** A series: its attributes, written as `a=1 b=2`, and its value; of a histogram the number of its values. */
export type Series = Readonly<Record<string, number>>

export interface Telemetry {
  readonly meter: ReturnType<MeterProvider['getMeter']>
  readonly tracer: ReturnType<BasicTracerProvider['getTracer']>
  readonly all: Pick<Telemetry, 'meter' | 'tracer'>
  /** The spans that have ended. */
  readonly spans: ReadableSpan[]
  /** Collects once: gauges have the values of this moment. */
  readonly collect: () => Promise<Readonly<Record<string, Series>>>
  /** The same as Prometheus gets it. */
  readonly serialize: () => Promise<string>
  /** What Prometheus gets, over HTTP. */
  readonly scrape: () => Promise<string>
}

const seriesName = (attributes: object): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name.replace(/^ctrader\./, '')}=${value}`)
    .sort()
    .join(' ')

const valueOf = (value: number | Histogram): number => (typeof value === 'number' ? value : value.count)

/** The real SDK, with its exporter for Prometheus. */
export const createTelemetry = (): Telemetry => {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meters = new MeterProvider({ readers: [exporter] })
  const spans: ReadableSpan[] = []
  const tracers = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: span => {
          spans.push(span)
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  })
  const meter = meters.getMeter('spec')
  const tracer = tracers.getTracer('spec')
  return {
    meter,
    tracer,
    all: { meter, tracer },
    spans,
    collect: async () => {
      const { resourceMetrics } = await exporter.collect()
      return Object.fromEntries(
        resourceMetrics.scopeMetrics
          .flatMap(({ metrics }) => metrics)
          .map(({ dataPoints, descriptor }) => [
            descriptor.name.replace(/^ctrader\.client\./, ''),
            Object.fromEntries(
              dataPoints.map(({ attributes, value }) => [
                seriesName(attributes),
                valueOf(value as number | Histogram),
              ]),
            ),
          ]),
      )
    },
    serialize: async () => new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics),
    scrape: async () => {
      const server = createServer((request, response) => {
        exporter.getMetricsRequestHandler(request, response)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } })
      const text = await response.text()
      await new Promise(resolve => server.close(resolve))
      return text
    },
  }
}
