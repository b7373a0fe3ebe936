import { firstValueFrom, of } from 'rxjs'
import { createGateway } from 'rx-ctrader/gateway'
import type { GatewayOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'

const { connect } = createSimulator()

const good: GatewayOptions = {
  application: { clientId: 'demo', clientSecret: 'very-secret' },
  origins: ['https://app.example.com'],
  grants: { load: () => of({ tokens: { accessToken: 'demo' }, version: '1' }), save: () => of('2') },
  authenticate: () => of({ userId: 'ann' }),
  entitle: () => of([]),
  lines: [{ name: 'demo', environment: 'demo', connect }],
}

const mistake = (options: object): unknown => {
  try {
    createGateway({ ...good, ...options })
  } catch (error) {
    return error
  }
  return undefined
}

describe('the options of a gateway', () => {
  it('may be the least that is needed', () => {
    expect(mistake({})).toBeUndefined()
    expect(mistake({ application: { clientId: 'demo', clientSecret: () => of('secret') } })).toBeUndefined()
    const { application, origins, grants, authenticate, entitle } = good
    expect(createGateway({ application, origins, grants, authenticate, entitle }).origins).toEqual([
      'https://app.example.com',
    ])
  })

  it.each<[option: string, options: object]>([
    ['application', { application: 'demo' }],
    ['application.clientId', { application: { clientId: '', clientSecret: 'very-secret' } }],
    ['application.clientSecret', { application: { clientId: 'demo', clientSecret: 7 } }],
    ['origins', { origins: 'https://app.example.com' }],
    ['origins.0', { origins: ['app.example.com'] }],
    ['origins.0', { origins: ['https://app.example.com/'] }],
    ['origins.1', { origins: ['https://app.example.com', '*'] }],
    ['grants', { grants: undefined }],
    ['grants.load', { grants: { save: () => of('') } }],
    ['grants.save', { grants: { load: () => of({}) } }],
    ['authenticate', { authenticate: 'me' }],
    ['entitle', { entitle: {} }],
    ['lines', { lines: [] }],
    ['lines', { lines: 'demo' }],
    ['lines.0', { lines: ['demo'] }],
    ['lines.0.name', { lines: [{ name: '', environment: 'demo' }] }],
    ['lines.0.environment', { lines: [{ name: 'a', environment: 'test' }] }],
    ['lines.0.connect', { lines: [{ name: 'a', environment: 'demo', connect: 'wss://x' }] }],
    ['lines.0.url', { lines: [{ name: 'a', environment: 'demo', url: 'wss://x' }] }],
    [
      'lines.1.name',
      {
        lines: [
          { name: 'a', environment: 'demo' },
          { name: 'a', environment: 'live' },
        ],
      },
    ],
    ['limits', { limits: 5 }],
    ['limits.burst', { limits: { burst: 0 } }],
    ['limits.maxRate', { limits: { maxRate: 0 } }],
    ['limits.speed', { limits: { speed: 5 } }],
    ['limits.subscriptions', { limits: { subscriptions: 1.5 } }],
    ['application.clientsecret', { application: { ...good.application, clientsecret: 'very-secret' } }],
    ['grants.watch', { grants: { ...good.grants, watch: 5 } }],
    ['bus', { bus: null }],
    ['ttl', { ttl: 'soon' }],
    ['name', { name: 5 }],
    ['maxLines', { maxLines: -1 }],
    ['journal', { journal: {} }],
    ['audit', { audit: 'file' }],
    ['feedOf', { feedOf: 'all' }],
    ['linger', { linger: -1 }],
    ['log', { log: 'file' }],
    ['random', { random: 5 }],
    ['secrets', { secrets: 'very-secret' }],
  ])('are refused with the name of what is wrong, and no value: %s', (option, options) => {
    const error = mistake(options)
    expect(error).toMatchObject({ reason: 'InvalidOption', option })
    expect(String(error)).not.toContain('very-secret')
  })

  it('are an object', () => {
    expect(() => createGateway(undefined as never)).toThrow(/options/)
  })

  it('name a user for a line in memory', () => {
    expect(() => createGateway(good).as({ userId: '' })).toThrow(/session\.userId/)
    expect(() => createGateway(good).as(undefined as never)).toThrow(/session\.userId/)
    const date = { userId: 'ann', expiresAt: '2030-01-01T00:00:00Z' } as never
    expect(() => createGateway(good).as(date)).toThrow(/session\.expiresAt/)
  })
})

describe('the health of a gateway', () => {
  it('has its lines and its clients, without opening anything', async () => {
    expect(await firstValueFrom(createGateway(good).health$, { defaultValue: undefined })).toMatchObject({
      lines: [{ name: 'demo', environment: 'demo', accounts: 0, health: { status: 'idle' } }],
      peers: 0,
      bus: 'up',
    })
    inVirtualTime(({ at, watch }) => {
      const gateway = gatewayOver(createSimulator().connect)
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(
        { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
        { payloadType: 2102, payload: { ctidTraderAccountId: 12345678, accessToken: 'a' } },
      )
      const health = watch(gateway.health$, 3_000)
      at(2_900, () => {
        expect(health.values.at(-1)).toMatchObject({
          lines: [{ accounts: 1, health: { status: 'connected' } }],
          peers: 1,
        })
        peer.leave()
      })
    })
  })
})
