import { BehaviorSubject, interval, of, take } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { createEdge, createOwners, localBus } from 'rx-ctrader/gateway'
import type { Bus, OwnersOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { busMedium, processOnBus } from '../support/remoteBus'
import type { Fate } from '../support/remoteProcess'
import { edgeOver, ownersOver } from '../support/sharedLines'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const opening = [
  { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
  { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
]
const order = (clientMsgId: string) => ({
  payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
  clientMsgId,
  payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
})
const types = (peer: RawClient): readonly number[] => peer.frames().map(({ payloadType }) => payloadType)

const good: OwnersOptions = {
  bus: localBus(),
  application: { clientId: 'demo', clientSecret: 'very-secret' },
  grants: { load: () => of(), save: () => of('2') },
}

describe('owners and edges on one bus', () => {
  it('share a line, which another process takes over within a second when its owner is closed', () => {
    inVirtualTime(({ at, watch }) => {
      const bus = localBus()
      const broker = createSimulator({ latency: 10 })
      const wires = [wiretap(broker.connect), wiretap(broker.connect)] as const
      const [first, second] = [
        ownersOver(bus, wires[0].connect, { name: 'first' }),
        ownersOver(bus, wires[1].connect, { name: 'second', eager: 2_000 }),
      ]
      const edges = [edgeOver(bus), edgeOver(bus)]
      const peers = edges.map((edge, index) => rawClient(edge.as({ userId: `user-${index}` })))
      for (const peer of peers) peer.send(...opening)
      const health = [first, second].map(owners => watch(owners.health$, 30_000))
      const holding = (): readonly number[] => health.map(({ values }) => values.at(-1)?.lines.length ?? 0)
      at(3_000, () => {
        expect(peers.map(types)).toEqual([
          [2101, 2103],
          [2101, 2103],
        ])
        expect(holding()).toEqual([1, 0])
        expect(wires.map(({ lines }) => lines.open)).toEqual([1, 0])
        peers[0]?.send(order('o'))
      })
      at(5_000, () => {
        expect(peers.map(peer => types(peer).slice(2))).toEqual([
          [2126, 2126],
          [2126, 2126],
        ])
        first.close().subscribe()
        expect(wires[0].lines.open).toBe(0)
      })
      at(6_900, () => {
        expect(holding()).toEqual([0, 1])
        // Without a word of theirs: what they had is over.
        expect(peers.map(peer => types(peer).at(-1))).toEqual([2164, 2164])
        for (const peer of peers) peer.send(...opening.slice(1))
      })
      at(9_000, () => {
        expect(peers.map(peer => types(peer).at(-1))).toEqual([2103, 2103])
      })
      at(10_000, () => {
        for (const peer of peers) peer.leave()
        second.close().subscribe()
      })
    })
  })

  it('do not lose what is for them to a former owner that has stopped, however long it does', () => {
    inVirtualTime(({ at }) => {
      const medium = busMedium()
      const broker = createSimulator({ latency: 10 })
      const prompt = (): Fate => ({ there: 1, back: 1, lost: 'nothing' })
      const begin = () => processOnBus(medium, 1, prompt)
      const [stopped, other, edgeProcess] = [begin(), begin(), begin()] as const
      const first = ownersOver(stopped.bus, stopped.line(broker.connect), { name: 'first' })
      const second = ownersOver(other.bus, other.line(broker.connect), { name: 'second' })
      const edge = edgeOver(edgeProcess.bus)
      const peer = rawClient(edge.as({ userId: 'ann' }))
      peer.send(...opening)
      at(4_000, () => {
        expect(types(peer)).toEqual([2101, 2103])
        stopped.pause()
      })
      let isAway = false
      const again = interval(100).subscribe(() => {
        if (isAway || types(peer).at(-1) !== 2164) return
        isAway = true
        peer.send(...opening.slice(1))
      })
      at(12_000, () => {
        again.unsubscribe()
        expect(types(peer).slice(2)).toEqual([2164, 2103])
        peer.send(order('o'))
      })
      at(14_000, () => {
        expect(types(peer).slice(4)).toEqual([2126, 2126])
        stopped.resume()
      })
      at(15_000, () => {
        expect(types(peer).slice(6)).toEqual([])
        peer.leave()
        for (const owners of [first, second]) owners.close().subscribe()
        edge.close().subscribe()
      })
    })
  })

  it('trade on where the journals have lost their last entries', () => {
    // Those of the first order, and the list of accounts with open orders, too.
    for (const count of [1, 2, 4])
      inVirtualTime(({ at }) => {
        const medium = busMedium()
        const broker = createSimulator({ latency: 10 })
        const prompt = (): Fate => ({ there: 1, back: 1, lost: 'nothing' })
        const process = processOnBus(medium, 1, prompt)
        const owners = ownersOver(process.bus, process.line(broker.connect), { name: 'first' })
        const edge = edgeOver(processOnBus(medium, 1, prompt).bus)
        const peer = rawClient(edge.as({ userId: 'ann' }))
        peer.send(...opening)
        at(3_000, () => {
          peer.send(order('a'))
        })
        at(4_000, () => {
          expect(types(peer)).toEqual([2101, 2103, 2126, 2126])
          medium.loseEntries(count)
          peer.send(order('b'))
        })
        at(6_000, () => {
          // It was not sent. What was known of the account is over.
          expect(types(peer).slice(4).sort()).toEqual([2132, 2164])
          expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(1)
          peer.send(...opening.slice(1))
        })
        at(8_000, () => {
          peer.send(order('c'))
        })
        at(9_000, () => {
          expect(types(peer).slice(6)).toEqual([2103, 2126, 2126])
          expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(2)
          peer.leave()
          owners.close().subscribe()
          edge.close().subscribe()
        })
      })
  })

  it('say at once that the bus is down', () => {
    inVirtualTime(({ at, watch }) => {
      const state$ = new BehaviorSubject<'up' | 'down'>('down')
      const bus: Bus = { ...localBus(), state$ }
      const owners = ownersOver(bus, createSimulator().connect)
      const edge = edgeOver(bus)
      const seen = [watch(owners.health$.pipe(take(1))), watch(edge.health$)]
      at(100, () => {
        state$.next('up')
      })
      at(150, () => {
        expect(seen.map(({ values }) => values.map(({ bus: state }) => state))).toEqual([
          ['down'],
          ['down', 'up'],
        ])
        owners.close().subscribe()
        edge.close().subscribe()
      })
    })
  })

  it('hold as many lines as they may, and the others are for other processes', () => {
    inVirtualTime(({ at, watch }) => {
      const bus = localBus()
      const { connect } = createSimulator()
      const lines = ['a', 'b', 'c'].map(name => ({ name, environment: 'demo' as const, connect }))
      const few = ownersOver(bus, connect, { lines, maxLines: 2 })
      const health = watch(few.health$, 20_000)
      at(5_000, () => {
        expect(health.values.at(-1)?.lines).toHaveLength(2)
        const more = ownersOver(bus, connect, { lines })
        const others = watch(more.health$, 15_000)
        at(5_000, () => {
          expect(others.values.at(-1)?.lines).toHaveLength(1)
          few.close().subscribe()
        })
        at(7_000, () => {
          expect(others.values.at(-1)?.lines).toHaveLength(3)
          more.close().subscribe()
        })
      })
    })
  })

  it('refuse a request that no owner takes for some seconds, as certainly not sent', () => {
    inVirtualTime(({ at }) => {
      const peer = rawClient(edgeOver(localBus()).as({ userId: 'ann' }))
      peer.send(...opening)
      at(4_900, () => {
        expect(types(peer)).toEqual([2101])
      })
      at(5_400, () => {
        expect(peer.frames().at(-1)).toMatchObject({
          payloadType: 2142,
          payload: { errorCode: 'CH_SERVER_NOT_REACHABLE' },
        })
        peer.leave()
      })
    })
  })

  it('refuse accounts of tokens at an edge, which has no line', () => {
    inVirtualTime(({ at, watch }) => {
      const asked = watch(edgeOver(localBus()).grantedAccounts('token'))
      at(10, () => {
        expect(asked.error).toMatchObject({ reason: 'InvalidOption', option: 'accessToken' })
      })
    })
  })
})

describe('the options of owners and edges', () => {
  const mistake = (make: () => unknown): unknown => {
    try {
      make()
    } catch (error) {
      return error
    }
    return undefined
  }
  it.each<[option: string, options: object]>([
    ['bus', { bus: undefined }],
    ['bus.ask', { bus: { ...localBus(), ask: 5 } }],
    ['application', { application: undefined }],
    ['lines', { lines: [] }],
    ['name', { name: '' }],
    ['maxLines', { maxLines: 0 }],
    ['ttl', { ttl: 100 }],
    ['ttl', { ttl: 'long' }],
    ['eager', { eager: -1 }],
    ['journal', { journal: {} }],
    ['maxLine', { maxLine: 1 }],
  ])('are refused with the name of what is wrong, and no value: %s', (option, options) => {
    const error = mistake(() => createOwners({ ...good, ...options }))
    expect(error).toMatchObject({ reason: 'InvalidOption', option })
    expect(String(error)).not.toContain('very-secret')
  })

  it.each<[option: string, options: object]>([
    ['bus', { bus: 'nats' }],
    ['origins', { origins: 7 }],
    ['authenticate', { authenticate: 5 }],
    ['grants', { grants: {} }],
  ])('of an edge, too: %s', (option, options) => {
    const edge = { bus: good.bus, origins: [], authenticate: () => of(), entitle: () => of() }
    expect(mistake(() => createEdge({ ...edge, ...options }))).toMatchObject({
      reason: 'InvalidOption',
      option,
    })
  })
})
