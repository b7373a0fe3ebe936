import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Observable, defer, from, switchMap } from 'rxjs'
import type { Gateway } from '../../gateway'
import { isLoopback } from '../../node/http/loopback'
import { Mistake } from '../outcome'
import type { MetricsConfig } from './configTypes'

const PACKAGES = ['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus']

/** They are peers of those who use them. Inside `try`, bundlers take them for such as may be missing. */
const loadPackages = async () => {
  try {
    const [{ MeterProvider }, { PrometheusExporter }, { instrument }] = await Promise.all([
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/exporter-prometheus'),
      import('../../opentelemetry'),
    ])
    return { MeterProvider, PrometheusExporter, instrument }
  } catch {
    throw new Mistake(`metrics needs packages that are not installed: npm install ${PACKAGES.join(' ')}`)
  }
}

/** The name in a `Host` header. */
const hostname = (header = ''): string =>
  URL.canParse(`http://${header}`) ? new URL(`http://${header}`).hostname : ''

/**
 * Serves `/metrics` for Prometheus at a port of its own. Emits its address. A page of another site could lead its own
 * name to this machine, so that at an address of this machine only its names are answered.
 */
export const serveMetrics = (
  gateway: Gateway,
  { port, host = '127.0.0.1' }: MetricsConfig,
): Observable<{ readonly url: string }> =>
  defer(() => from(loadPackages())).pipe(
    switchMap(
      ({ MeterProvider, PrometheusExporter, instrument }) =>
        new Observable<{ readonly url: string }>(subscriber => {
          const exporter = new PrometheusExporter({ preventServerStart: true })
          const meters = new MeterProvider({ readers: [exporter] })
          subscriber.add(instrument(gateway, { meter: meters.getMeter('rx-ctrader') }))
          const server = createServer((request, response) => {
            const isForeign = isLoopback(host) && !isLoopback(hostname(request.headers.host))
            if (request.method === 'GET' && request.url === '/metrics' && !isForeign)
              exporter.getMetricsRequestHandler(request, response)
            else response.writeHead(isForeign ? 403 : 404).end()
          })
          server.on('error', error => {
            subscriber.error(error)
          })
          server.listen(port, host, () => {
            const { address, family, port: used } = server.address() as AddressInfo
            subscriber.next({ url: `http://${family === 'IPv6' ? `[${address}]` : address}:${used}/metrics` })
          })
          return () => {
            server.close()
            server.closeAllConnections()
          }
        }),
    ),
  )
