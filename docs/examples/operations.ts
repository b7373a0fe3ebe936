/** A client that is measured with OpenTelemetry, and what Prometheus gets of it. */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createClient, lots, placeOrder } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import { createSimulator } from 'rx-ctrader/simulator'

const { connect } = createSimulator({ seed: 42, start: Date.UTC(2031, 0, 8, 12) })
const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo' })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })

/** Any free one. Prometheus expects 9464. */
const port = 0
const spanExporter = new InMemorySpanExporter()

// #region instrument
const exporter = new PrometheusExporter({ host: '127.0.0.1', port })
const meters = new MeterProvider({ readers: [exporter] })
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] })

const instrumenting = instrument(client, {
  meter: meters.getMeter('trader'),
  tracer: tracers.getTracer('trader'),
})
// #endregion

const show = async (): Promise<void> => {
  const { resourceMetrics } = await exporter.collect()
  for (const { dataPoints, descriptor } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics))
    if (descriptor.name === 'ctrader.client.orders')
      for (const { attributes, value } of dataPoints)
        console.log(`${String(attributes['ctrader.order.outcome'])}: ${JSON.stringify(value)}`)
  await tracers.forceFlush()
  const order = spanExporter.getFinishedSpans().find(({ name }) => name === 'placeOrder')
  console.log(`${order?.name}: ${order?.events.map(({ name }) => name).join(', ')}`)
  console.log(`its frames: ${order?.links.length}`)
  // #region stop
  instrumenting.unsubscribe()
  await meters.shutdown()
  // #endregion
}

placeOrder(account, { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }).subscribe({
  complete: () => void show(),
})
