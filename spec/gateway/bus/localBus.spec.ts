import { NEVER, map, mergeMap, of, timer } from 'rxjs'
import { localBus } from 'rx-ctrader/gateway'
import type { BusError, Packet } from 'rx-ctrader/gateway'
import { isUnsent } from '../../../src/gateway/bus/bus'
import { inVirtualTime } from '../../support/virtualTime'

const bodies = (packets: readonly Packet[]): readonly string[] =>
  packets.flatMap(packet => (packet.kind === 'message' ? [packet.body] : []))

describe('the local bus', () => {
  it('gives a message to all who listen to its subject, by name or by pattern', () => {
    inVirtualTime(({ watch }) => {
      const bus = localBus()
      const seen = ['a.1.x', 'a.*.x', 'a.>', 'a.*', '>', 'a.2.x', 'a.1.x.y.>'].map(subject =>
        watch(bus.on(subject)),
      )
      bus.publish('a.1.x', 'hello')
      expect(seen.map(({ values }) => bodies(values).length)).toEqual([1, 1, 1, 0, 1, 0, 0])
    })
  })

  it('keeps the order of messages that are sent while another one arrives', () => {
    inVirtualTime(({ watch }) => {
      const bus = localBus()
      bus.on('first').subscribe(() => {
        bus.publish('second', 'caused')
      })
      const all = watch(bus.on('>'))
      bus.publish('first', 'cause')
      expect(bodies(all.values)).toEqual(['cause', 'caused'])
    })
  })

  it('gives an answer after the messages that were sent before it', () => {
    inVirtualTime(() => {
      const bus = localBus()
      const came: string[] = []
      bus.on('news').subscribe(packet => {
        came.push(...bodies([packet]))
      })
      bus
        .serve('question', () => {
          bus.publish('news', 'news')
          return of('answer')
        })
        .subscribe()
      bus
        .on('start')
        .pipe(mergeMap(() => bus.ask('question', '', 100)))
        .subscribe(answer => {
          came.push(answer)
        })
      bus.publish('start', '')
      expect(came).toEqual(['news', 'answer'])
    })
  })

  it('stops giving messages to one who has left', () => {
    inVirtualTime(() => {
      const bus = localBus()
      const came: Packet[] = []
      const listening = bus.on('a').subscribe(packet => came.push(packet))
      listening.unsubscribe()
      bus.publish('a', 'late')
      expect(came).toEqual([])
    })
  })

  it('says that a request was certainly not received where nothing serves it', () => {
    inVirtualTime(({ watch }) => {
      const bus = localBus()
      const served = bus.serve('a', () => of('yes')).subscribe()
      served.unsubscribe()
      const asked = watch(bus.ask('a', '', 100))
      expect((asked.error as BusError).reason).toBe('Unserved')
      expect(isUnsent(asked.error)).toBe(true)
    })
  })

  it('says that a request may have been received where there is no answer in time', () => {
    inVirtualTime(({ at, watch }) => {
      const bus = localBus()
      bus.serve('silent', () => NEVER).subscribe()
      bus.serve('slow', body => timer(50).pipe(map(() => `${body}!`))).subscribe()
      const silent = watch(bus.ask('silent', '', 100))
      const slow = watch(bus.ask('slow', 'hi', 100))
      at(200, () => {
        expect((silent.error as BusError).reason).toBe('Unanswered')
        expect(isUnsent(silent.error)).toBe(false)
        expect(slow).toMatchObject({ values: ['hi!'], completed: true })
      })
    })
  })
})
