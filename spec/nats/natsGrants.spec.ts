import { catchError, firstValueFrom, lastValueFrom, of, toArray } from 'rxjs'
import { natsBus, natsGrants } from 'rx-ctrader/nats'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'

const KEY = { id: '2026-11', key: new Uint8Array(32).fill(7) }
const TOKENS = { accessToken: 'access-secret', refreshToken: 'refresh-secret', expiresAt: 5 }

describe('grants over NATS', () => {
  let server: NatsServer

  beforeAll(async () => {
    server = await startNatsServer()
  })
  afterAll(async () => {
    await server.stop()
  })

  it('are there for all processes, under each prefix for itself, and saved by one', async () => {
    const one = natsGrants(await server.connect(), [KEY])
    const other = natsGrants(await server.connect(), [KEY])
    const apart = natsGrants(await server.connect(), [KEY], { prefix: 'apart' })
    const version = await firstValueFrom(one.save('ann', TOKENS, ''))
    expect(await firstValueFrom(other.load('ann'))).toEqual({ tokens: TOKENS, version })
    const saved = [one, other].map(({ save }) =>
      firstValueFrom(save('ann', TOKENS, version).pipe(catchError(() => of('refused')))),
    )
    expect((await Promise.all(saved)).filter(outcome => outcome === 'refused')).toHaveLength(1)
    await lastValueFrom(one.remove('ann'), { defaultValue: undefined })
    expect(await firstValueFrom(other.load('ann').pipe(toArray()))).toEqual([])
    expect(await firstValueFrom(apart.load('ann').pipe(toArray()))).toEqual([])
  })

  it('and buses refuse options that are misspelt or wrong', async () => {
    const nc = await server.connect()
    for (const [options, problem] of [
      [{ prefx: 'a' }, 'prefx is an unknown option'],
      [{ prefix: 'a b' }, 'prefix must have letters'],
      [{ replicas: 2 }, 'replicas must be 1, 3 or 5'],
      [{ log: 'warn' }, 'log must be a function'],
    ] as const) {
      expect(() => natsBus(nc, options as object)).toThrow(problem)
      expect(() => natsGrants(nc, [KEY], options as object)).toThrow(problem)
    }
  })

  it('and a bus warn of an old server together once, and survive a log that throws', async () => {
    const nc = await server.connect()
    Object.defineProperty(nc, 'info', { value: { ...nc.info, version: '2.9.10' } })
    const log = jest.fn(() => {
      throw new Error('no log')
    })
    natsBus(nc, { log })
    natsGrants(nc, [KEY], { log })
    expect(log.mock.calls).toEqual([
      ['warn', 'nats.version', expect.objectContaining({ version: '2.9.10', since: '2.10.23' })],
    ])
  })
})
