import { BehaviorSubject, of, throwError } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { localBus } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { figure, figures, frame, measured, opening, order } from '../support/measuredProcess'
import { rawClient } from '../support/rawClient'
import { busMedium, processOnBus } from '../support/remoteBus'
import type { Fate } from '../support/remoteProcess'
import { edgeOver, ownersOver } from '../support/sharedLines'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SUBSCRIBE_SPOTS_REQ } = PayloadType

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }

describe('owners that are measured', () => {
  it('say who has a line, what it does for the edges, and that it was given back', async () => {
    const all: ReturnType<typeof measured>[] = []
    inVirtualTime(({ at }) => {
      const bus = localBus()
      const broker = createSimulator({ latency: 10 })
      const first = ownersOver(bus, broker.connect, { name: 'first' })
      const second = ownersOver(bus, broker.connect, { name: 'second', eager: 2_000 })
      const edge = edgeOver(bus)
      all.push(...[first, second, edge].map(each => measured(each, 'before', 'after')))
      const note = (moment: string): void => {
        for (const each of all) each.note(moment)
      }
      const peer = rawClient(edge.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(frame(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }), order, frame(2_106))
      })
      at(5_000, () => {
        note('before')
        first.close().subscribe()
      })
      at(8_000, () => {
        note('after')
        peer.leave()
        second.close().subscribe()
        edge.close().subscribe()
      })
    })
    const [one, two, edge] = await Promise.all(all.map(each => each.moments()))
    const line = ['line.held', 'line.takeovers', 'line.losses'] as const
    expect(
      [one?.['before'], two?.['before'], one?.['after'], two?.['after']].map(at => figures(at, ...line)),
    ).toEqual([
      { 'line.held': 1, 'line.takeovers': 1, 'line.losses': 0 },
      { 'line.held': 0, 'line.takeovers': 0, 'line.losses': 0 },
      { 'line.held': 0, 'line.takeovers': 1, 'line.losses': 0 },
      { 'line.held': 1, 'line.takeovers': 1, 'line.losses': 0 },
    ])
    // Of the order: it is accepted, and filled.
    expect(figures(one?.['before'], 'owner.events', 'orders.stopped', 'accounts.unsettled')).toEqual({
      'owner.events': 2,
      'orders.stopped': 0,
      'accounts.unsettled': 0,
    })
    expect(figure(one?.['before'], 'owner.prices')['']).toBeGreaterThan(1)
    expect(figure(one?.['before'], 'owner.requests')).toEqual({
      'reply=done': 3,
      'reply=inDoubt': 0,
      'reply=notOpen': 0,
      'reply=notOwner': 0,
      'reply=refused': 0,
    })
    expect(figures(edge?.['before'], 'accounts.disconnected')).toEqual({ 'accounts.disconnected': 0 })
    expect(figures(edge?.['after'], 'accounts.disconnected')).toEqual({ 'accounts.disconnected': 1 })
  })

  it('count a line that was lost because its process stood still', async () => {
    const all: ReturnType<typeof measured>[] = []
    inVirtualTime(({ at }) => {
      const medium = busMedium()
      const broker = createSimulator({ latency: 10 })
      const begin = (name: string) => {
        const process = processOnBus(medium, 1, () => PROMPT)
        const owners = ownersOver(process.bus, process.line(broker.connect), { name })
        all.push(measured(owners, 'end'))
        return { process, owners }
      }
      const stopped = begin('first')
      const other = begin('second')
      at(4_000, stopped.process.pause)
      at(12_000, stopped.process.resume)
      at(14_000, () => {
        for (const each of all) each.note('end')
        for (const { owners } of [stopped, other]) owners.close().subscribe()
      })
    })
    const ends = await Promise.all(all.map(each => each.moments()))
    const names = ['line.held', 'line.takeovers', 'line.losses']
    expect(ends.map(({ end }) => figures(end, ...names))).toEqual([
      { 'line.held': 0, 'line.takeovers': 1, 'line.losses': 1 },
      { 'line.held': 1, 'line.takeovers': 1, 'line.losses': 0 },
    ])
  })

  it('count how often the bus was lost, and say whether it is there', async () => {
    const state$ = new BehaviorSubject<'up' | 'down'>('up')
    let edge: ReturnType<typeof measured> | undefined
    inVirtualTime(({ at }) => {
      edge = measured(edgeOver({ ...localBus(), state$ }), 'first', 'second')
      at(1_000, () => {
        edge?.note('first')
        for (const state of ['down', 'up', 'down'] as const) state$.next(state)
        edge?.note('second')
      })
    })
    const moments = await edge?.moments()
    expect(figures(moments?.['first'], 'bus.up', 'bus.losses')).toEqual({ 'bus.up': 1, 'bus.losses': 0 })
    expect(figures(moments?.['second'], 'bus.up', 'bus.losses')).toEqual({ 'bus.up': 0, 'bus.losses': 2 })
  })

  it('have orders that wait, that are looked up, and accounts in which that is not possible', async () => {
    const all: ReturnType<typeof measured>[] = []
    inVirtualTime(({ at }) => {
      const note = (moment: string): void => {
        for (const each of all) each.note(moment)
      }
      const medium = busMedium()
      const broker = createSimulator({ latency: 20 })
      const [firstProcess, process, edgeProcess] = [1, 2, 3].map(() => processOnBus(medium, 1, () => PROMPT))
      if (!firstProcess || !process || !edgeProcess) throw new Error('there are three')
      const first = ownersOver(firstProcess.bus, firstProcess.line(broker.connect), { name: 'first' })
      const edge = edgeOver(edgeProcess.bus)
      const peer = rawClient(edge.as({ userId: 'ann' }))
      peer.send(...opening)
      at(4_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: false })
        peer.send(order)
      })
      at(4_200, () => {
        note('running')
        firstProcess.kill()
        edgeProcess.kill()
        peer.leave()
      })
      let isReadable = false
      const second = ownersOver(process.bus, process.line(broker.connect), {
        name: 'second',
        grants: {
          load: () =>
            isReadable
              ? of({ tokens: { accessToken: 'demo' }, version: '1' })
              : throwError(() => new Error('no tokens')),
          save: () => of('2'),
        },
      })
      all.push(measured(first, 'running'), measured(second, 'unsettled', 'lookup', 'settled'))
      at(12_000, () => {
        note('unsettled')
        isReadable = true
      })
      at(70_000, () => {
        note('lookup')
      })
      at(160_000, () => {
        note('settled')
        for (const each of [first, second]) each.close().subscribe()
        edge.close().subscribe()
      })
    })
    const [dying, other] = await Promise.all(all.map(each => each.moments()))
    const moments = { ...dying, ...other }
    const openOrders = (moment: string) => [
      figure(moments[moment], 'orders.open'),
      figure(moments[moment], 'accounts.unsettled')[''],
    ]
    expect(['running', 'unsettled', 'lookup', 'settled'].map(openOrders)).toEqual([
      [{ 'order.state=running': 1, 'order.state=lookup': 0 }, 0],
      [{ 'order.state=running': 0, 'order.state=lookup': 0 }, 1],
      [{ 'order.state=running': 0, 'order.state=lookup': 1 }, 0],
      [{ 'order.state=running': 0, 'order.state=lookup': 0 }, 0],
    ])
  })
})
