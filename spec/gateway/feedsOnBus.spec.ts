import { filter, tap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { localBus } from 'rx-ctrader/gateway'
import type { Bus, Packet } from 'rx-ctrader/gateway'
import type { ProtoOASpotEvent } from 'rx-ctrader/protocol'
import { createSimulator } from 'rx-ctrader/simulator'
import { shareListening } from '../../src/gateway/bus/sharedListening'
import { subjects } from '../../src/gateway/bus/subjects'
import { lasting } from '../support/gatewayScene'
import { manyAccounts } from '../support/manyAccounts'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
import { edgeOver, ownersOver } from '../support/sharedLines'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const { PROTO_OA_SPOT_EVENT, PROTO_OA_SUBSCRIBE_SPOTS_REQ } = PayloadType

const COUNT = 20
const ids = Array.from({ length: COUNT }, (_, index) => 11 + index)
const entitlements = ids.map(accountId => ({
  accountId,
  environment: 'demo' as const,
  // On different slots.
  grantId: `grant of ${accountId}`,
  scope: 'trade' as const,
}))
const world = manyAccounts(ids, () => 'demo')

const isSpot = (subject: string): boolean => subject.endsWith('.spot.1')

interface Sent {
  readonly subject: string
  readonly body: string
}

/** A bus that notes what is sent of the prices, and what comes from it: each listener gets its own. */
const notedBus = () => {
  const bus = localBus()
  const sent: Sent[] = []
  const got: Packet[] = []
  const noted: Bus = {
    ...bus,
    publish: (subject, body) => {
      if (isSpot(subject)) sent.push({ subject, body })
      bus.publish(subject, body)
    },
    on: subject => bus.on(subject).pipe(tap(packet => isSpot(subject) && got.push(packet))),
  }
  return { bus: noted, sent, got }
}

const to = (accountId: number, payloadType: number, payload: object = {}) => ({
  payloadType,
  payload: { ctidTraderAccountId: accountId, ...payload },
})
const open = (accountId: number) => to(accountId, 2102, { accessToken: 'a' })
const subscribe = (accountId: number) => to(accountId, PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] })

const isPrice = ({ payloadType }: RawFrame): boolean => payloadType === PROTO_OA_SPOT_EVENT
const pricesOf = (peer: RawClient | undefined): readonly ProtoOASpotEvent[] =>
  (peer?.frames() ?? []).filter(isPrice).map(({ payload }) => payload as unknown as ProtoOASpotEvent)

interface Scene {
  /** How many prices have come from cTrader. */
  readonly quotes: number
  readonly sent: readonly Sent[]
  readonly got: readonly Packet[]
  readonly prices: readonly (readonly ProtoOASpotEvent[])[]
}

/** What comes in ten seconds, when a peer of each account has subscribed. */
const tenSeconds = (
  feedOf: (account: { readonly accountId: number }) => string | undefined,
  lines: readonly string[] = ['demo'],
): Scene => {
  let scene: Scene | undefined
  inVirtualTime(({ at }) => {
    const { bus, sent, got } = notedBus()
    const { connect, received } = wiretap(createSimulator({ latency: 10, ...world }).connect)
    const quotes = (): number => received.filter(text => text.includes('"payloadType":2131,')).length
    const owners = ownersOver(bus, connect, {
      feedOf,
      lines: lines.map(name => ({ name, environment: 'demo', connect })),
    })
    const edge = edgeOver(bus, { entitle: () => lasting(...entitlements) })
    const peers = ids.map(accountId => {
      const peer = rawClient(edge.as({ userId: `user ${accountId}` }))
      peer.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } })
      at(1_000, () => {
        peer.send(open(accountId))
      })
      at(5_000, () => {
        peer.send(subscribe(accountId))
      })
      return peer
    })
    at(10_000, () => {
      const [known, messages, deliveries] = [quotes(), sent.length, got.length]
      const before = peers.map(peer => pricesOf(peer).length)
      at(10_000, () => {
        scene = {
          quotes: quotes() - known,
          sent: sent.slice(messages),
          got: got.slice(deliveries),
          prices: peers.map((peer, index) => pricesOf(peer).slice(before[index])),
        }
        for (const peer of peers) peer.leave()
        owners.close().subscribe()
      })
    })
  })
  if (!scene) throw new Error('it was not played to the end')
  return scene
}

const withoutAccount = (price: ProtoOASpotEvent): object => ({ ...price, ctidTraderAccountId: 0 })

describe('the prices of a feed on the bus', () => {
  it('are one message for all its accounts, which an edge gets once, and each account has as its own', () => {
    const { quotes, sent, got, prices } = tenSeconds(() => 'a broker')
    const [first = []] = prices
    expect(quotes).toBeGreaterThan(5)
    expect(sent).toHaveLength(quotes)
    expect(got).toHaveLength(quotes)
    expect(first).toHaveLength(quotes)
    expect(new Set(sent.map(({ subject }) => subject))).toEqual(
      new Set(['ctrader.v1.demo.feed.a=20=broker.demo.spot.1']),
    )
    expect(sent.filter(({ body }) => body.includes('ctidTraderAccountId'))).toEqual([])
    expect(prices.map(all => all.map(withoutAccount))).toEqual(ids.map(() => first.map(withoutAccount)))
    expect(prices.map(all => [...new Set(all.map(price => price.ctidTraderAccountId))])).toEqual(
      ids.map(accountId => [accountId]),
    )
  })

  it('are one message for each line that has accounts of it', () => {
    const { sent, got, prices } = tenSeconds(() => 'broker', ['one', 'two'])
    const [first = []] = prices
    expect(first.length).toBeGreaterThan(5)
    expect(new Set(sent.map(({ subject }) => subject)).size).toBe(2)
    expect(sent).toHaveLength(2 * first.length)
    expect(got).toHaveLength(2 * first.length)
  })

  it('are a message for each account where it is not said that accounts share a feed', () => {
    const { sent, got, prices } = tenSeconds(() => undefined)
    const [first = []] = prices
    expect(first.length).toBeGreaterThan(5)
    expect(sent).toHaveLength(COUNT * first.length)
    expect(got).toHaveLength(COUNT * first.length)
  })

  it.each([
    ['the same', 'broker', 'ctrader.v1.demo.feed.broker.demo.spot.1'],
    ['another', 'other', 'ctrader.v1.demo.feed.other.demo.spot.1'],
    ['no', undefined, /^ctrader\.v1\.demo\.\d+\.feed\.11\.spot\.1$/],
  ] as const)('go on after a take-over, also by an owner for which the accounts have %s feed', (...given) => {
    const [, feed, subject] = given
    inVirtualTime(({ at }) => {
      const { bus, sent } = notedBus()
      const { connect } = createSimulator({ latency: 10, ...world })
      const first = ownersOver(bus, connect, { name: 'first', feedOf: () => 'broker' })
      const second = ownersOver(bus, connect, { name: 'second', eager: 2_000, feedOf: () => feed })
      const edge = edgeOver(bus, { entitle: () => lasting(...entitlements) })
      const peer = rawClient(edge.as({ userId: 'ann' }))
      const late = rawClient(edge.as({ userId: 'ben' }))
      const typesOf = (client: RawClient): readonly number[] =>
        client.frames().map(({ payloadType }) => payloadType)
      for (const client of [peer, late])
        client.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } })
      at(1_000, () => {
        peer.send(open(11))
        late.send(open(12))
      })
      at(2_000, () => {
        peer.send(subscribe(11))
      })
      at(5_000, () => {
        expect(pricesOf(peer).length).toBeGreaterThan(1)
        first.close().subscribe()
      })
      at(8_000, () => {
        expect([peer, late].map(client => typesOf(client).at(-1))).toEqual([2164, 2164])
        peer.send(open(11))
        late.send(open(12))
      })
      at(9_000, () => {
        peer.send(subscribe(11))
      })
      at(12_000, () => {
        expect(typesOf(peer).at(-1)).toBe(PROTO_OA_SPOT_EVENT)
        expect(sent.at(-1)?.subject).toMatch(subject)
        const before = pricesOf(peer).length
        // Of the former owner, which was paused meanwhile.
        const [{ body } = { body: '{}' }] = sent
        bus.publish(sent.at(-1)?.subject ?? '', body)
        expect(pricesOf(peer)).toHaveLength(before)
        late.send(subscribe(12))
      })
      at(12_030, () => {
        // Both sides come with the answer.
        expect(pricesOf(late)[0]).toMatchObject({ ctidTraderAccountId: 12, symbolId: 1 })
        expect(Object.keys(pricesOf(late)[0] ?? {})).toEqual(expect.arrayContaining(['bid', 'ask']))
      })
      at(20_000, () => {
        peer.leave()
        late.leave()
        second.close().subscribe()
      })
    })
  })

  it('are asked for again by an edge that has missed some, for each of its accounts', () => {
    inVirtualTime(({ at }) => {
      const bus = localBus()
      let isDeaf = false
      const deafBus: Bus = {
        ...bus,
        on: subject => bus.on(subject).pipe(filter(() => !(isDeaf && isSpot(subject)))),
      }
      const { connect } = createSimulator({ latency: 10, ...world })
      const owners = ownersOver(bus, connect, { feedOf: () => 'broker' })
      const peers = [bus, deafBus].flatMap((heard, index) => {
        const edge = edgeOver(heard, {
          entitle: () => lasting(...entitlements),
          random: () => 0.1 + index / 2,
        })
        return [11, 12].map(accountId => {
          const peer = rawClient(edge.as({ userId: `user ${accountId}` }))
          peer.send({ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } }, open(accountId))
          at(2_000, () => {
            peer.send(subscribe(accountId))
          })
          return peer
        })
      })
      const sidesOf = (peer: RawClient) => {
        const [bids, asks] = [pricesOf(peer).map(({ bid }) => bid), pricesOf(peer).map(({ ask }) => ask)]
        const known = (values: readonly unknown[]) => values.filter(value => value !== undefined).at(-1)
        return [known(bids), known(asks)]
      }
      at(5_000, () => {
        isDeaf = true
      })
      at(10_000, () => {
        isDeaf = false
        const [before = []] = peers.map(sidesOf)
        expect(peers.slice(2).map(sidesOf)).not.toEqual([before, before])
      })
      at(20_000, () => {
        const [sides = []] = peers.map(sidesOf)
        expect(peers.map(sidesOf)).toEqual(peers.map(() => sides))
        for (const peer of peers) peer.leave()
        owners.close().subscribe()
      })
    })
  })
})

describe('a feed as a part of a subject', () => {
  it('has another one for each name, without what has a meaning in a subject', () => {
    const names = ['a', 'a.b', 'a b', 'a=20=b', '*', '>', '', '=', 'é', '\ud800', 'A']
    const sources = names.map(name => subjects.feedPrices('demo', name, 'line'))
    expect(new Set(sources).size).toBe(names.length)
    for (const source of sources) expect(source).toMatch(/^ctrader\.v1\.demo\.feed\.[\w=-]+\.line$/)
  })
})

describe('those who listen to the same subject', () => {
  it('share a subscription, from the first to the last of them', () => {
    let open = 0
    const bus = localBus()
    const listen = shareListening({
      ...bus,
      on: subject => bus.on(subject).pipe(tap({ subscribe: () => (open += 1), finalize: () => (open -= 1) })),
    })
    const seen: unknown[] = []
    const hear = (name: string) => (packet: Packet) =>
      seen.push([name, packet.kind === 'message' && packet.body])
    const [one, two] = [listen('a').subscribe(hear('one')), listen('a').subscribe(hear('two'))]
    const other = listen('b').subscribe(hear('other'))
    expect(open).toBe(2)
    bus.publish('a', 'first')
    one.unsubscribe()
    bus.publish('a', 'second')
    two.unsubscribe()
    expect(open).toBe(1)
    listen('a').subscribe(hear('again')).add(other)
    bus.publish('a', 'third')
    expect(open).toBe(2)
    expect(seen).toEqual([
      ['one', 'first'],
      ['two', 'first'],
      ['two', 'second'],
      ['again', 'third'],
    ])
  })
})
