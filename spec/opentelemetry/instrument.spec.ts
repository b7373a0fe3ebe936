import { of } from 'rxjs'
import { lots, placeOrder } from 'rx-ctrader'
import type { CTraderError } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import type { InstrumentOptions } from 'rx-ctrader/opentelemetry'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'
import { clientOver } from '../support/clientOver'
import { createTelemetry } from '../support/openTelemetry'

const trade = ({ account, at, broker, watch }: Scene): void => {
  at(1_000, () => {
    watch(placeOrder(account, { symbol: 1, side: 'buy', type: 'market', volume: lots(0.01) }))
  })
  at(5_000, () => {
    broker.fault({ kind: 'drop' })
  })
}

const texts = ['demo', '12345678', 'access', 'refresh']

describe('instrument', () => {
  it.each<readonly [string, object | undefined, unknown]>([
    ['meter', undefined, {}],
    ['meter', undefined, { meter: {} }],
    ['meter', undefined, { meter: null }],
    ['tracer', undefined, { tracer: {} }],
    ['accountIds', undefined, { tracer: { startSpan: () => undefined }, accountIds: 1 }],
    ['metre', undefined, { metre: {} }],
    ['client', {}, { tracer: { startSpan: () => undefined } }],
  ])('refuses a wrong %s', (option, client, options) => {
    const real = clientOver(() => of())
    expect(() => instrument((client ?? real) as typeof real, options as InstrumentOptions)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as CTraderError,
    )
  })

  it('opens no line', () => {
    const { meter, tracer } = createTelemetry()
    let opened = 0
    const client = clientOver(() => {
      opened += 1
      return of()
    })
    instrument(client, { meter, tracer }).unsubscribe()
    expect(opened).toBe(0)
  })

  it('counts nothing more when it is unsubscribed', async () => {
    const telemetry = createTelemetry()
    scene(given => {
      const instrumenting = instrument(given.client, telemetry.all)
      given.at(500, () => {
        instrumenting.unsubscribe()
      })
      trade(given)
    })
    const metrics = await telemetry.collect()
    expect(Object.keys(metrics).sort()).toEqual(['request.duration', 'request.wait.duration', 'requests'])
    expect(telemetry.spans.map(({ name }) => name)).not.toContain('placeOrder')
  })

  it('measures twice what two measure', async () => {
    const one = createTelemetry()
    const other = createTelemetry()
    scene(given => {
      instrument(given.client, { meter: one.meter })
      instrument(given.client, { meter: other.meter })
      trade(given)
    })
    expect(await one.collect()).toEqual(await other.collect())
  })

  it('names no account and shows no secret, in metrics and spans', async () => {
    const telemetry = createTelemetry()
    scene(given => {
      instrument(given.client, telemetry.all)
      trade(given)
    })
    const shown = [
      await telemetry.scrape(),
      ...telemetry.spans.map(({ attributes, events, name, status }) =>
        JSON.stringify({ attributes, events, name, status }),
      ),
    ].join('\n')
    expect(shown).toContain('PROTO_OA_ACCOUNT_AUTH_REQ')
    for (const text of texts) expect(shown).not.toContain(text)
  })

  it.each([
    [true, '12345678'],
    [(id: number) => `follower ${id % 100}`, 'follower 78'],
    [
      () => {
        throw new Error('no name')
      },
      undefined,
    ],
  ] as const)('names the account of orders, gaps and spans if asked for', async (accountIds, name) => {
    const telemetry = createTelemetry()
    scene(given => {
      instrument(given.client, { ...telemetry.all, accountIds })
      trade(given)
    })
    const metrics = await telemetry.collect()
    const isNamed = (series: string): boolean => series.includes(`account.id=${name}`)
    for (const metric of ['orders', 'order.fill.duration', 'gaps', 'gap.duration'])
      expect(Object.keys(metrics[metric] ?? {}).every(isNamed)).toBe(name !== undefined)
    expect(Object.keys(metrics['requests'] ?? {}).some(isNamed)).toBe(false)
    const spanNames = telemetry.spans.map(({ attributes }) => attributes['ctrader.account.id'])
    expect(new Set(spanNames)).toEqual(new Set([undefined, name]))
  })
})
