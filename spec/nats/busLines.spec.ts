import { Subject, filter, map, merge, mergeMap, of, take, throwError, toArray } from 'rxjs'
import { placeOrder, positions, spots, units } from 'rx-ctrader'
import { localBus } from 'rx-ctrader/gateway'
import type { Bus, Handshake, Packet } from 'rx-ctrader/gateway'
import { busConnect, serveBusLines } from 'rx-ctrader/nats'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { clientOver } from '../support/clientOver'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'

const order = { type: 'market', symbol: 1, side: 'buy', volume: units(1_000) } as const
const logIn = { payloadType: 2100, payload: { clientId: 'reports', clientSecret: 'any' } }

/** A gateway that serves lines over a bus, and what it was told of those who open them. */
const scene = (bus: Bus = localBus()) => {
  const handshakes: Handshake[] = []
  const broker = createSimulator({ latency: 10 })
  const gateway = gatewayOver(broker.connect, {
    linger: 0,
    authenticate: handshake => {
      handshakes.push(handshake)
      if (handshake.token !== 'ticket') throw new Error('the ticket is not valid')
      return of({ userId: 'ann' })
    },
  })
  return { broker, bus, gateway, handshakes, lines: serveBusLines(gateway, bus) }
}

/** A bus on which an edge hears what a test has it hear. */
const heardBy = (bus: Bus, change: (packet: Packet) => readonly Packet[]): Bus => ({
  ...bus,
  on: subject => bus.on(subject).pipe(mergeMap(change)),
})

describe('a line over the bus', () => {
  it('lets a client trade and see prices as over a socket', () => {
    inVirtualTime(({ at, watch }) => {
      const { broker, bus, handshakes, lines } = scene()
      const serving = lines.subscribe()
      const account = clientOver(
        busConnect(bus, () => of('ticket')),
        { linger: 0 },
      ).account({ accountId: ACCOUNT, accessToken: 'any' })
      const seen = watch(
        merge(
          spots(account, 1).pipe(
            take(1),
            map(() => 'quote'),
          ),
          placeOrder(account, order).pipe(map(({ status }) => status)),
          positions(account).pipe(
            filter(({ all }) => all.length > 0),
            map(({ all }) => all.length),
            take(1),
          ),
        ),
        5_000,
      )
      at(6_000, () => {
        serving.unsubscribe()
        expect(seen.error).toBeUndefined()
        expect(seen.values).toEqual(expect.arrayContaining(['quote', 'filled', 1]))
        expect(handshakes[0]).toMatchObject({ token: 'ticket', clientId: 'demo' })
        expect(broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
      })
    })
  })

  it('is refused for good with a ticket that is not valid', () => {
    inVirtualTime(({ at, watch }) => {
      const { bus, lines } = scene()
      const serving = lines.subscribe()
      const client = clientOver(busConnect(bus, () => of('old')))
      const seen = watch(client.connection$.pipe(map(({ status }) => status)), 5_000)
      watch(client.appAuth$, 5_000)
      at(6_000, () => {
        serving.unsubscribe()
        expect(seen.values.at(-1)).toBe('failed')
      })
    })
  })

  it('is tried again while nothing serves it, and where there is no ticket', () => {
    inVirtualTime(({ at, watch }) => {
      const { bus, gateway, lines } = scene()
      const tokens = [throwError(() => new Error('secret')), of('ticket')]
      const client = clientOver(
        busConnect(bus, () => tokens.shift() ?? of('ticket')),
        { linger: 0 },
      )
      const seen = watch(client.connection$, 20_000)
      watch(client.appAuth$, 20_000)
      at(3_000, () => {
        const serving = lines.subscribe()
        at(10_000, () => {
          expect(seen.values.at(-1)).toMatchObject({ status: 'connected' })
          expect(JSON.stringify(seen.values)).toContain('there is no token')
          expect(JSON.stringify(seen.values)).toContain('nothing serves this subject')
          expect(JSON.stringify(seen.values)).not.toContain('secret')
        })
        at(20_100, () => {
          serving.unsubscribe()
          gateway.health$.pipe(take(1)).subscribe(({ peers }) => {
            expect(peers).toBe(0)
          })
        })
      })
    })
  })

  it('ends with the code of the gateway, and with 1001 when it is served no longer', () => {
    inVirtualTime(({ at }) => {
      const { bus, gateway, lines } = scene()
      const serving = lines.subscribe()
      const [closed, left] = [0, 1].map(() => rawClient(busConnect(bus, () => of('ticket'))))
      const idle = rawClient(busConnect(bus, () => of('ticket')))
      left?.send(logIn)
      idle.send(logIn)
      closed?.send('no json')
      at(100, () => {
        idle.leave()
      })
      at(200, () => {
        gateway.health$.pipe(take(1)).subscribe(({ peers }) => {
          expect(peers).toBe(1)
        })
        serving.unsubscribe()
      })
      at(300, () => {
        expect(closed?.closed).toMatchObject({ code: 1000, reason: 'Bye', wasClean: true })
        expect(left?.closed).toMatchObject({ code: 1001, reason: 'Gateway is closing' })
      })
    })
  })

  it.each([
    ['frame that is missing', (n: number) => n === 2, () => []],
    ['frame that comes twice', (n: number) => n === 2, (packet: Packet) => [packet, packet]],
    ['gap', (n: number) => n === 2, () => [{ kind: 'gap' as const }]],
  ] as const)('ends at either end after a %s', (_, isNow, change) => {
    inVirtualTime(({ at }) => {
      const once = () => {
        let count = 0
        return (packet: Packet): readonly Packet[] => (isNow((count += 1)) ? change(packet) : [packet])
      }
      for (const side of ['client', 'edge'] as const) {
        const bus = localBus()
        const changed = heardBy(bus, once())
        const { gateway } = scene()
        const serving = serveBusLines(gateway, side === 'edge' ? changed : bus).subscribe()
        const client = rawClient(busConnect(side === 'client' ? changed : bus, () => of('ticket')))
        client.send(logIn)
        at(100, () => {
          client.send({ payloadType: 2104, payload: {} }, { payloadType: 2104, payload: {} })
        })
        at(200, () => {
          expect(client.closed).toBeDefined()
          gateway.health$.pipe(take(1)).subscribe(({ peers }) => {
            expect(peers).toBe(0)
          })
          serving.unsubscribe()
        })
      }
    })
  })

  it('is opened by a request of the right form only, and once', () => {
    inVirtualTime(({ at }) => {
      const bus = localBus()
      const { gateway } = scene()
      const accept = jest.fn(gateway.accept)
      const serving = serveBusLines({ accept }, bus).subscribe()
      const opening = JSON.stringify({ line: 'a', token: 'ticket' })
      for (const body of ['', '{}', '{"line":1,"token":"t"}', '{"line":"b"}', opening, opening])
        bus.ask('ctrader.v1.lines', body, 100).pipe(toArray()).subscribe()
      at(10, () => {
        expect(accept).toHaveBeenCalledTimes(1)
        serving.unsubscribe()
      })
    })
  })

  it('ends without a reason where the other end says nothing that can be read', () => {
    inVirtualTime(({ at }) => {
      const bus = localBus()
      const down$ = new Subject<string>()
      bus
        .serve('ctrader.v1.lines', body => {
          const { line } = JSON.parse(body) as { readonly line: string }
          down$.subscribe(text => {
            bus.publish(`ctrader.v1.line.${line}.down`, text)
          })
          return of('')
        })
        .subscribe()
      const client = rawClient(busConnect(bus, () => of('ticket')))
      at(10, () => {
        down$.next('{broken')
      })
      at(20, () => {
        expect(client.closed).toMatchObject({ code: 1006, reason: '' })
      })
    })
  })
})
