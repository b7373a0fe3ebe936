import {
  NEVER,
  catchError,
  firstValueFrom,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  of,
  tap,
  throwError,
  timer,
  toArray,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { spots } from 'rx-ctrader'
import type { Link } from 'rx-ctrader'
import type { BusError, Lease, Packet } from 'rx-ctrader/gateway'
import { busConnect, natsBus, serveBusLines } from 'rx-ctrader/nats'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { clientOver } from '../support/clientOver'
import { gatewayOver } from '../support/gatewayScene'
import { startNatsServer } from '../support/natsServer'
import type { NatsServer } from '../support/natsServer'

const reason = (error: unknown): Observable<string> => of((error as BusError).reason)

const after = (ms: number): Promise<unknown> => firstValueFrom(timer(ms))

/** Looks again and again: what happens in another process gives no sign. */
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await after(10)
}

describe('the bus over NATS, while the server is away', () => {
  let server: NatsServer

  beforeEach(async () => {
    server = await startNatsServer()
  })
  afterEach(async () => {
    await server.stop()
  })

  it('does not send a request that is longer than the server takes, and says so', async () => {
    const bus = natsBus(await server.connect())
    const asked: string[] = []
    bus
      .serve('long', body => {
        asked.push(body)
        return of('answer')
      })
      .subscribe()
    await after(50)
    expect(await firstValueFrom(bus.ask('long', 'x'.repeat(2_000_000), 5_000).pipe(catchError(reason)))).toBe(
      'Down',
    )
    const log = bus.log('long')
    expect(await firstValueFrom(log.append('x'.repeat(2_000_000), 0).pipe(catchError(reason)))).toBe('Down')
    expect(asked).toEqual([])
  })

  it('says so, sends nothing, and says that messages may be missing', async () => {
    const bus = natsBus(await server.connect())
    const states: string[] = []
    const packets: Packet[] = []
    bus.state$.subscribe(state => states.push(state))
    bus.on('a.*').subscribe(packet => packets.push(packet))
    bus.serve('silent', () => NEVER).subscribe()
    await after(50)
    const waiting = firstValueFrom(bus.ask('silent', '', 60_000).pipe(catchError(reason)))
    await after(50)
    await server.kill()
    await until(() => states.length === 2)
    bus.publish('a.lost', 'lost')
    // A request that had left may have been received.
    expect(await waiting).toBe('Unanswered')
    expect(await firstValueFrom(bus.ask('a', '', 60_000).pipe(catchError(reason)))).toBe('Down')
    expect(await firstValueFrom(bus.log('demo.7').append('x', 0).pipe(catchError(reason)))).toBe('Down')
    await server.start()
    await until(() => states.length === 3)
    await after(50)
    bus.publish('a.back', 'back')
    await until(() => packets.some(({ kind }) => kind === 'message'))
    expect(states).toEqual(['up', 'down', 'up'])
    expect(packets).toEqual([
      { kind: 'gap' },
      { kind: 'gap' },
      { kind: 'message', subject: 'a.back', body: 'back' },
    ])
  })

  it('gives no answer where the one who serves has failed', async () => {
    const bus = natsBus(await server.connect())
    const serving = bus.serve('broken', () => throwError(() => new Error('broken'))).subscribe()
    await after(50)
    expect(await firstValueFrom(bus.ask('broken', '', 100).pipe(catchError(reason)))).toBe('Unanswered')
    serving.unsubscribe()
  })

  it('is down for good over a connection that was closed', async () => {
    const connection = await server.connect()
    await connection.close()
    const bus = natsBus(connection)
    const seen: unknown[] = []
    const listening = merge(
      bus.on('a'),
      bus.serve('a', () => NEVER),
    ).subscribe(packet => seen.push(packet))
    bus.publish('a', 'lost')
    expect(await firstValueFrom(bus.state$)).toBe('down')
    expect(await firstValueFrom(bus.ask('a', '', 100).pipe(catchError(reason)))).toBe('Down')
    expect(await firstValueFrom(bus.log('a').append('', 0).pipe(catchError(reason)))).toBe('Down')
    expect(seen.filter(packet => (packet as Packet).kind === 'message')).toEqual([])
    listening.unsubscribe()
  })

  it('keeps what was appended', async () => {
    const bus = natsBus(await server.connect())
    const first = await firstValueFrom(bus.log('demo.7').append('before', 0))
    await server.kill()
    await server.start()
    const other = natsBus(await server.connect())
    await firstValueFrom(other.log('demo.7').append('after', first))
    const texts = await firstValueFrom(other.log('demo.7').read().pipe(toArray()))
    expect(texts.map(({ text }) => text)).toEqual(['before', 'after'])
  })

  it('loses a lease that it could not renew in time, and wins it again when the server is back', async () => {
    const won: Lease[] = []
    const lost: number[] = []
    const bus = natsBus(await server.connect())
    const campaign = bus
      .lease('demo-1', { ttl: 800 })
      .pipe(
        tap(lease => won.push(lease)),
        mergeMap(({ epoch, lost$ }) => lost$.pipe(map(() => epoch))),
      )
      .subscribe(epoch => lost.push(epoch))
    await until(() => won.length === 1)
    await server.kill()
    await after(300)
    expect(won[0]?.isSure()).toBe(true)
    await until(() => lost.length === 1)
    expect(won[0]?.isSure()).toBe(false)
    await server.start()
    await until(() => won.length === 2)
    expect(won[1]?.isSure()).toBe(true)
    expect(won[1]?.epoch).toBeGreaterThan(won[0]?.epoch ?? 0)
    campaign.unsubscribe()
  })

  it('gives the lease of a process that has died to another, after its time to live', async () => {
    const dying = await server.connect()
    const first: Lease[] = []
    const second: Lease[] = []
    const died = natsBus(dying)
      .lease('demo-1', { ttl: 800 })
      .subscribe(lease => first.push(lease))
    await until(() => first.length === 1)
    const campaign = natsBus(await server.connect())
      .lease('demo-1', { ttl: 800 })
      .subscribe(lease => second.push(lease))
    await after(1_000)
    expect(second).toHaveLength(0)
    await dying.close()
    const began = Date.now()
    await until(() => second.length === 1)
    expect(Date.now() - began).toBeLessThan(2_000)
    expect(first[0]?.isSure()).toBe(false)
    campaign.unsubscribe()
    died.unsubscribe()
  })

  it('loses the lines of clients in other processes, which come back when it is back', async () => {
    const gateway = gatewayOver(createSimulator().connect)
    const serving = serveBusLines(gateway, natsBus(await server.connect())).subscribe()
    const account = clientOver(
      busConnect(natsBus(await server.connect()), () => of('ann')),
      { backoff: { initial: 50, max: 50 } },
    ).account({ accountId: ACCOUNT, accessToken: 'any' })
    const links: Link[] = []
    const using = account.accountAuth$.subscribe(link => links.push(link))
    await until(() => links.length === 1)
    const sides = firstValueFrom(spots(account, 1).pipe(map(quote => Object.keys(quote))))
    expect(await sides).toEqual(expect.arrayContaining(['bid', 'ask']))
    await server.kill()
    await server.start()
    await until(() => links.length === 2)
    using.unsubscribe()
    serving.unsubscribe()
    await lastValueFrom(gateway.close(), { defaultValue: undefined })
  })
})

/** How often the client of NATS looks whether a watch has had a sign of life, in ms. */
const WATCHED_EVERY = 30_000

describe('a connection that ends', () => {
  it('leaves no timer behind where a watch begins in the same moment: a process would not end', async () => {
    const server = await startNatsServer()
    const begun = jest.spyOn(globalThis, 'setInterval')
    const ended = jest.spyOn(globalThis, 'clearInterval')
    const connection = await server.connect()
    const lease$ = natsBus(connection).lease('demo-1', { ttl: 1_000 })
    await firstValueFrom(lease$)
    server.process.stop()
    const campaign = lease$.subscribe()
    await after(10)
    campaign.unsubscribe()
    const drained = connection.drain()
    server.process.resume()
    await drained
    await server.stop()
    const over = ended.mock.calls.map(([timer]) => timer)
    const left = begun.mock.results.filter(
      ({ value }, call) =>
        begun.mock.calls[call]?.[1] === WATCHED_EVERY && !over.includes(value as NodeJS.Timeout),
    )
    expect(left).toEqual([])
    jest.restoreAllMocks()
  })
})
