import { readFileSync } from 'node:fs'
import { SpanKind } from '@opentelemetry/api'
import { EMPTY, catchError, throwError } from 'rxjs'
import { parse } from 'yaml'
import { PayloadType, lots, placeOrder, spots } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import { createSimulator } from 'rx-ctrader/simulator'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'
import { scene } from '../support/accountScene'
import { gatewayOver } from '../support/gatewayScene'
import { createTelemetry } from '../support/openTelemetry'
import type { Telemetry } from '../support/openTelemetry'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { namesIn, rowsBelow } from './code'

const GUIDE = 'docs/operations.md'
const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_TRADER_REQ } = PayloadType

interface Exposed {
  readonly type: string
  readonly unit: string
  readonly labels: ReadonlySet<string>
}

/** Everything that is measured happens once. */
const measureAll = (telemetry: Telemetry, accountIds = false): Promise<string> => {
  let scraped: Promise<string> | undefined
  scene(({ account, at, broker, client, watch }) => {
    const instrumenting = instrument(client, { ...telemetry.all, accountIds })
    const place = (volume = lots(0.01)) =>
      watch(
        placeOrder(account, { symbol: 1, side: 'buy', type: 'market', volume }).pipe(catchError(() => EMPTY)),
      )
    watch(spots(account, 1))
    at(1_000, () => {
      broker.fault({ kind: 'refuse', payloadType: PROTO_OA_TRADER_REQ, errorCode: 'MARKET_CLOSED' })
      watch(account.request(PROTO_OA_TRADER_REQ, {}))
      watch(client.account({ accountId: 7, accessToken: 'demo' }).authenticated$)
      broker.fault({ kind: 'push', text: '{"payloadType":51,"payload":{"ofTomorrow":1}}' })
      broker.fault({ kind: 'push', text: '{"payloadType":2131,"payload":{}}' })
      place()
      place(lots(0.0001))
    })
    at(3_000, () => {
      broker.fault({ kind: 'rateLimit', payloadType: PROTO_OA_TRADER_REQ, retryAfter: 1 })
      watch(account.request(PROTO_OA_TRADER_REQ, {}), 5)
      watch(account.request(PROTO_OA_TRADER_REQ, {}))
    })
    at(5_000, () => {
      broker.fault({ kind: 'refuse', payloadType: PROTO_OA_NEW_ORDER_REQ, errorCode: 'NOT_ENOUGH_MONEY' })
      place()
    })
    at(6_000, () => {
      broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true })
      place()
    })
    at(6_100, () => {
      broker.fault({ kind: 'drop' })
      broker.fault({ kind: 'refuse', payloadType: 2100, errorCode: 'SERVER_IS_UNDER_MAINTENANCE' })
    })
    at(60_000, () => {
      scraped = telemetry.serialize()
      instrumenting.unsubscribe()
    })
  })
  return scraped ?? Promise.reject(new Error('nothing was collected'))
}

/** Everything of a gateway is measured: a trader who sends too much, and a stranger. */
const measureGateway = (telemetry: Telemetry): Promise<string> => {
  let scraped: Promise<string> | undefined
  inVirtualTime(({ at }) => {
    const gateway = gatewayOver(createSimulator({ latency: 20 }).connect, {
      limits: { framesPerSecond: 1, burst: 4 },
      authenticate: ({ token = '' }) => (token === 'a' ? [{ userId: 'ann' }] : throwError(() => new Error())),
    })
    const instrumenting = instrument(gateway, telemetry.all)
    const logIn = (clientSecret: string) => ({ payloadType: 2100, payload: { clientId: 'a', clientSecret } })
    const peers = ['a', 'b'].map(token => ({
      token,
      peer: rawClient(memoryLine(peer => gateway.accept(peer, {}))),
    }))
    for (const { peer, token } of peers) peer.send(logIn(token))
    const [trader] = peers
    trader?.peer.send({ payloadType: 2102, payload: { ctidTraderAccountId: 12345678, accessToken: 'a' } })
    at(3_000, () => {
      for (let n = 0; n < 8; n += 1) trader?.peer.send({ payloadType: 2104, payload: {} })
    })
    at(12_000, () => {
      scraped = telemetry.serialize()
      instrumenting.unsubscribe()
      for (const { peer } of peers) peer.leave()
    })
  })
  return scraped ?? Promise.reject(new Error('nothing was collected'))
}

/** The metrics of a scrape by their names in Prometheus, with their labels. */
const readScrape = (text: string): ReadonlyMap<string, Exposed> => {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  )
  const units = new Map(
    [...text.matchAll(/^# UNIT (\w+) (\S+)$/gm)].map(([, name = '', unit = '']) => [name, unit]),
  )
  const isOf = (name: string, series: string): boolean =>
    series === name ||
    (types.get(name) === 'histogram' && new RegExp(`^${name}_(bucket|sum|count)$`).test(series))
  const series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+/gm)].map(([, name = '', labels = '']) => ({
    name,
    labels: [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  }))
  return new Map(
    [...types]
      .filter(([name]) => name.startsWith('ctrader_'))
      .map(([name, type]) => [
        name,
        {
          type,
          unit: units.get(name) ?? '',
          labels: new Set(series.filter(one => isOf(name, one.name)).flatMap(({ labels }) => labels)),
        },
      ]),
  )
}

const prometheus = (name: string): string => name.replaceAll('.', '_')

/** What a collector adds to each series, and what is of histograms. */
const ADDED = new Set([
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
  'le',
  'job',
  'instance',
])

interface Panel {
  readonly title: string
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}
const dashboard = JSON.parse(readFileSync('docs/operations/grafana.json', 'utf8')) as {
  readonly panels: readonly Panel[]
}
const targets = dashboard.panels.flatMap(({ targets: of = [] }) => of)

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string }
}
const { groups } = parse(readFileSync('docs/operations/alerts.yml', 'utf8')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}
const rules = groups.flatMap(group => group.rules)

/** The metrics of a query by their base names, and the labels that it uses. */
const readQuery = (expr: string) => {
  const labels = [
    ...[...expr.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label),
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, */)),
  ]
  const names = [...expr.matchAll(/\bctrader_(?:client|gateway)_\w+/g)].map(([name]) => name)
  return { labels, metrics: names.filter(name => !labels.includes(name)) }
}

describe('the guide to operations', () => {
  it('has rules that Prometheus takes, each with a text and how bad it is', () => {
    const names = ['alert', 'annotations', 'expr', 'labels']
    for (const rule of rules) {
      expect(
        Object.keys(rule)
          .filter(name => name !== 'for')
          .sort(),
      ).toEqual(names)
      expect(rule.labels).toEqual({ severity: expect.stringMatching(/^(page|warn)$/) as string })
      expect(rule.annotations).toEqual({ summary: expect.stringMatching(/^[A-Z].*[^.]$/) as string })
      expect((rule as { readonly for?: string }).for ?? '1m').toMatch(/^\d+[sm]$/)
    }
    expect(new Set(groups.map(({ name }) => name)).size).toBe(3)
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  })

  const telemetry = createTelemetry()
  let exposed: ReadonlyMap<string, Exposed> = new Map()
  let ofGateway: ReadonlyMap<string, Exposed> = new Map()
  /** Those of clients and of gateways. */
  let known: ReadonlyMap<string, Exposed> = new Map()
  beforeAll(async () => {
    exposed = readScrape(await measureAll(telemetry))
    ofGateway = new Map(
      [...readScrape(await measureGateway(createTelemetry()))].filter(([name]) =>
        name.startsWith('ctrader_gateway_'),
      ),
    )
    known = new Map([...exposed, ...ofGateway])
  })

  const baseOf = (series: string): string => {
    const base = series.replace(/_(bucket|sum|count)$/, '')
    return known.get(base)?.type === 'histogram' ? base : series
  }

  it('lists every metric that Prometheus gets, with its unit and attributes, and no other', () => {
    const listed = rowsBelow(GUIDE, 'Metrics').map(([name, kind, unit, attributes]) => [
      prometheus(namesIn(name)[0] ?? '') + (kind === 'counter' ? '_total' : ''),
      kind === 'up-down counter' ? 'gauge' : kind,
      namesIn(unit)[0],
      namesIn(attributes).map(prometheus).sort(),
    ])
    const real = [...exposed].map(([name, { labels, type, unit }]) => [
      name,
      type,
      unit,
      [...labels].filter(label => !ADDED.has(label)).sort(),
    ])
    expect(listed.sort()).toEqual(real.sort())
  })

  it('lists every attribute and event of the spans, and no other', () => {
    const listed = rowsBelow(GUIDE, 'Spans').map(([, , attributes, events]) => ({
      attributes: new Set(namesIn(attributes)),
      events: new Set(namesIn(events)),
    }))
    const real = [SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.CONSUMER].map(kind => {
      const spans = telemetry.spans.filter(span => span.kind === kind)
      return {
        attributes: new Set(spans.flatMap(({ attributes }) => Object.keys(attributes))),
        // Those of an order are its updates.
        events: new Set(
          spans.flatMap(({ events }) => (kind === SpanKind.INTERNAL ? [] : events.map(({ name }) => name))),
        ),
      }
    })
    expect(listed).toEqual(real)
  })

  it('names no account in metrics and spans unless it is asked to, and then where it says', async () => {
    const named = createTelemetry()
    const text = await measureAll(named, true)
    expect([...exposed].filter(([, { labels }]) => labels.has('ctrader_account_id'))).toEqual([])
    expect(telemetry.spans.flatMap(({ attributes }) => Object.values(attributes))).not.toContain('12345678')
    const series = [...readScrape(text)].filter(([, { labels }]) => labels.has('ctrader_account_id'))
    expect(series.map(([name]) => name.replace(/^ctrader_client_/, '')).sort()).toEqual([
      'account_failures_total',
      'gap_duration',
      'gaps_total',
      'order_doubts_total',
      'order_fill_duration',
      'orders_total',
    ])
    expect(named.spans.filter(({ attributes }) => 'ctrader.account.id' in attributes).length).toBeGreaterThan(
      10,
    )
  })

  it('shows every metric in the dashboard, under the name and with the labels that it has', () => {
    const shown = targets.map(({ expr }) => readQuery(expr))
    expect(new Set(shown.flatMap(({ metrics }) => metrics.map(baseOf)))).toEqual(new Set(known.keys()))
    for (const [index, { labels, metrics }] of shown.entries()) {
      const legend = targets[index]?.legendFormat.match(/(?<=\{\{)\w+/g) ?? []
      for (const metric of metrics)
        for (const label of [...labels, ...legend].filter(one => !ADDED.has(one)))
          expect([metric, label, known.get(baseOf(metric))?.labels.has(label)]).toEqual([metric, label, true])
    }
  })

  it('rates and sums counters only, and takes quantiles of histograms only', () => {
    for (const expr of [...targets, ...rules].map(target => target.expr)) {
      for (const [, metric = ''] of expr.matchAll(/(?:rate|increase)\((\w+)/g))
        expect([metric, /_(total|bucket|count)$/.test(metric)]).toEqual([metric, true])
      const isQuantile = expr.startsWith('histogram_quantile')
      expect([expr, /_bucket\b/.test(expr)]).toEqual([expr, isQuantile])
      expect(expr.match(/[({[]/g)?.length).toBe(expr.match(/[)}\]]/g)?.length)
    }
  })

  it('has alerts with metrics and labels that there are, and says what to do about each', () => {
    for (const { labels, metrics } of rules.map(({ expr }) => readQuery(expr))) {
      expect(metrics.length).toBeGreaterThan(0)
      for (const metric of metrics) {
        expect([...known.keys()]).toContain(baseOf(metric))
        for (const label of labels.filter(one => !ADDED.has(one)))
          expect([metric, label, known.get(baseOf(metric))?.labels.has(label)]).toEqual([metric, label, true])
      }
    }
    const said = rowsBelow(GUIDE, 'Alerts').map(([name]) => namesIn(name)[0])
    const alerts = rules.map(({ alert }) => alert)
    expect(said).toEqual(alerts)
    expect(alerts).toEqual(expect.arrayContaining(['OrderInDoubt', 'AccountInGap', 'LaneWait', 'LinesLost']))
  })
})
