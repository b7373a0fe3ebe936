import { defer, finalize, from, map, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Gateway, Owners } from '../../../gateway'
import { isLoopback } from '../../../node/http/loopback'
import { Mistake } from '../../outcome'
import type { MetricsConfig } from '../config/configTypes'
import { startHttpServer } from './httpServer'

const PACKAGES = ['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus']

/** They are peers of those who use them. Inside `try`, bundlers take them for such as may be missing. */
const loadPackages = async () => {
  try {
    const [{ MeterProvider }, { PrometheusExporter }, { instrument }] = await Promise.all([
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/exporter-prometheus'),
      import('../../../opentelemetry'),
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
  watched: Gateway | Owners,
  { port, host = '127.0.0.1' }: MetricsConfig,
): Observable<{ readonly url: string }> =>
  defer(() => from(loadPackages())).pipe(
    switchMap(({ MeterProvider, PrometheusExporter, instrument }) => {
      const exporter = new PrometheusExporter({ preventServerStart: true })
      const meters = new MeterProvider({ readers: [exporter] })
      const measuring = instrument(watched, { meter: meters.getMeter('rx-ctrader') })
      return startHttpServer(
        (request, response) => {
          const isForeign = isLoopback(host) && !isLoopback(hostname(request.headers.host))
          if (request.method === 'GET' && request.url === '/metrics' && !isForeign)
            exporter.getMetricsRequestHandler(request, response)
          else response.writeHead(isForeign ? 403 : 404).end()
        },
        { port, host },
      ).pipe(
        map(origin => ({ url: `${origin}/metrics` })),
        finalize(() => {
          measuring.unsubscribe()
        }),
      )
    }),
  )
