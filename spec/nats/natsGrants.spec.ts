import { createHash } from 'node:crypto'
import { Kvm } from '@nats-io/kv'
import { catchError, firstValueFrom, lastValueFrom, of, timer, toArray } from 'rxjs'
import type { StoredGrant } from 'rx-ctrader/gateway'
import { natsBus, natsGrants } from 'rx-ctrader/nats'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'

const KEY = { id: '2026-11', key: new Uint8Array(32).fill(7) }
const TOKENS = { accessToken: 'access-secret', refreshToken: 'refresh-secret', expiresAt: 5 }

/** Looks again and again: what happens in another process gives no sign. */
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await firstValueFrom(timer(10))
}

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

  it('are seen by other processes when they are renewed, also after the server was away', async () => {
    const writer = natsGrants(await server.connect(), [KEY])
    const seen: StoredGrant[] = []
    const accessTokens = (): readonly string[] => seen.map(({ tokens }) => tokens.accessToken)
    const first = await firstValueFrom(writer.save('cid', TOKENS, ''))
    const watching = natsGrants(await server.connect(), [KEY])
      .watch('cid')
      .subscribe(stored => seen.push(stored))
    await until(() => seen.length === 1)
    expect(seen[0]).toEqual({ tokens: TOKENS, version: first })
    const second = await firstValueFrom(writer.save('cid', { ...TOKENS, accessToken: 'second' }, first))
    await firstValueFrom(writer.save('dan', TOKENS, ''))
    await until(() => seen.length === 2)
    await server.kill()
    await server.start()
    const back = natsGrants(await server.connect(), [KEY])
    const third = await firstValueFrom(back.save('cid', { ...TOKENS, accessToken: 'third' }, second))
    await until(() => seen.length === 3)
    await firstValueFrom(back.save('cid', { ...TOKENS, accessToken: 'fourth' }, third))
    await until(() => seen.length === 4)
    expect(accessTokens()).toEqual(['access-secret', 'second', 'third', 'fourth'])
    watching.unsubscribe()
  }, 30_000)

  it('that do not open are logged, and the next are seen all the same', async () => {
    const nc = await server.connect()
    const log = jest.fn()
    const other = { id: 'lost', key: new Uint8Array(32).fill(8) }
    const events: unknown[] = []
    const watching = natsGrants(nc, [KEY], { log })
      .watch('eve')
      .subscribe({
        next: ({ tokens }) => events.push(tokens.accessToken),
        error: (error: unknown) => events.push(error),
        complete: () => events.push('end'),
      })
    const isLogged = (count: number) => (): boolean =>
      log.mock.calls.filter(([, event]) => event === 'gateway.grant').length === count
    const version = await firstValueFrom(natsGrants(nc, [other]).save('eve', TOKENS, ''))
    await until(isLogged(1))
    const kv = await new Kvm(nc).open('ctrader_grants')
    const key = createHash('sha256').update('eve').digest('hex')
    await kv.update(key, 'neither sealed nor JSON', Number(version))
    await until(isLogged(2))
    await kv.delete(key)
    await firstValueFrom(natsGrants(nc, [KEY]).save('eve', { ...TOKENS, accessToken: 'good' }, ''))
    await until(() => events.length > 0)
    expect(events).toEqual(['good'])
    expect(log.mock.calls.slice(-2)).toMatchObject(
      [1, 2].map(() => ['warn', 'gateway.grant', { grantId: 'eve', error: { reason: 'InvalidOption' } }]),
    )
    watching.unsubscribe()
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
