import { map, take, throwError, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { busError, localBus } from 'rx-ctrader/gateway'
import type { Bus, Owners, OwnersHealth } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { figure, figures, frame, measured, opening, order } from '../support/measuredProcess'
import { rawClient } from '../support/rawClient'
import { edgeOver, ownersOver } from '../support/sharedLines'
import { inVirtualTime } from '../support/virtualTime'

const now = (source: { readonly health$: Owners['health$'] }): OwnersHealth | undefined => {
  let seen: OwnersHealth | undefined
  source.health$.pipe(take(1)).subscribe(health => (seen = health))
  return seen
}

describe('what has to be written before an order', () => {
  /** An order in a gateway of two processes where one thing fails; what is measured of both, and their health. */
  const whereFails = async (what: 'audit' | 'journal', error: unknown) => {
    const all: ReturnType<typeof measured>[] = []
    const health: (readonly string[] | undefined)[][] = []
    inVirtualTime(({ at }) => {
      const bus = localBus()
      const broker = createSimulator({ latency: 10 })
      let isFailing = true
      const write = () => (isFailing ? throwError(() => error) : undefined)
      const owners = ownersOver(bus, broker.connect, {
        ...(what === 'journal' && { journal: () => ({ append: write, load: () => [[]] }) }),
      })
      const edge = edgeOver(bus, { ...(what === 'audit' && { audit: write }) })
      all.push(measured(owners, 'end'), measured(edge, 'end'))
      const peer = rawClient(edge.as({ userId: 'ann' }))
      const look = (): void => {
        health.push([owners, edge].map(each => now(each)?.failedWrites))
      }
      peer.send(...opening)
      const place = (): void => {
        peer.send(order)
      }
      at(3_000, place)
      at(4_000, look)
      at(5_000, () => {
        isFailing = false
        place()
      })
      at(6_000, look)
      at(7_000, () => {
        isFailing = true
        place()
      })
      at(66_000, look)
      at(68_000, () => {
        look()
        for (const each of all) each.note('end')
        peer.leave()
        owners.close().subscribe()
        edge.close().subscribe()
      })
    })
    const [owners, edge] = await Promise.all(all.map(each => each.moments()))
    return {
      health,
      owner: { ...figure(owners?.['end'], 'write.failures'), ...figures(owners?.['end'], 'orders.stopped') },
      edge: figure(edge?.['end'], 'write.failures'),
    }
  }

  it('is counted where it fails, and is in the health for a minute, or until it works', async () => {
    expect(await whereFails('audit', new Error('full'))).toEqual({
      health: [
        [[], ['audit']],
        [[], []],
        [[], ['audit']],
        [[], []],
      ],
      owner: { 'store=audit': 0, 'store=journal': 0, 'orders.stopped': 0 },
      edge: { 'store=audit': 2, 'store=journal': 0 },
    })
    expect(await whereFails('journal', busError('Down'))).toEqual({
      health: [
        [['journal'], []],
        [[], []],
        [['journal'], []],
        [[], []],
      ],
      // Neither that it is about to leave, nor that it has not left.
      owner: { 'store=audit': 0, 'store=journal': 4, 'orders.stopped': 0 },
      edge: { 'store=audit': 0, 'store=journal': 0 },
    })
  })

  it('does not help where the line is not certainly owned any more: the order is stopped', async () => {
    const all: ReturnType<typeof measured>[] = []
    inVirtualTime(({ at }) => {
      const bus = localBus()
      const broker = createSimulator({ latency: 10 })
      let isSure = true
      const unsure: Bus = {
        ...bus,
        lease: (key, options) =>
          bus.lease(key, options).pipe(map(lease => ({ ...lease, isSure: () => isSure }))),
      }
      const owners = ownersOver(unsure, broker.connect, {
        journal: () => ({ append: () => timer(200), load: () => [[]] }),
      })
      const edge = edgeOver(bus)
      all.push(measured(owners, 'end'))
      const peer = rawClient(edge.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order)
      })
      at(3_100, () => {
        isSure = false
      })
      at(4_000, () => {
        peer.send(frame(PayloadType.PROTO_OA_TRADER_REQ))
      })
      at(12_000, () => {
        all[0]?.note('end')
        peer.leave()
        owners.close().subscribe()
        edge.close().subscribe()
      })
    })
    const { end } = (await all[0]?.moments()) ?? {}
    expect(figures(end, 'orders.stopped', 'owner.events')).toEqual({ 'orders.stopped': 1, 'owner.events': 0 })
    expect(figure(end, 'owner.requests')).toMatchObject({ 'reply=done': 1, 'reply=refused': 1 })
    // The edge asks again for a while.
    expect(figure(end, 'owner.requests')['reply=notOwner']).toBeGreaterThan(5)
  })

  it('has not failed, but stopped the order, where another process has written since', async () => {
    expect(await whereFails('journal', busError('Fenced'))).toMatchObject({
      health: [
        [[], []],
        [[], []],
        [[], []],
        [[], []],
      ],
      owner: { 'store=journal': 0, 'orders.stopped': 1 },
    })
  })
})
