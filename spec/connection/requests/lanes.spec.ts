import * as fc from 'fast-check'
import { asyncScheduler } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { MessageType } from 'rx-ctrader'
import { createLanes } from '../../../src/connection/requests/lanes'
import type { Lanes } from '../../../src/connection/requests/lanes'
import { inVirtualTime } from '../../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_GET_TICKDATA_REQ,
  PROTO_OA_GET_TRENDBARS_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const limits = { live: 50, historical: 5 }

/** Lanes, and what they let out: its type and when, in ms. */
const noted = (rateLimits = limits) => {
  const lanes = createLanes({ rateLimits })
  const sent: [ms: number, payloadType: MessageType][] = []
  return {
    ...lanes,
    sent,
    enter: (payloadType: MessageType) =>
      lanes.enter(payloadType, () => sent.push([asyncScheduler.now(), payloadType])),
  }
}

const times = <T>(n: number, act: () => T): T[] => Array.from({ length: n }, act)

const mostInASecond = (sent: readonly number[]): number =>
  Math.max(0, ...sent.map(from => sent.filter(at => at >= from && at < from + 1_000).length))

describe('the lanes', () => {
  it('let a message out at once while there is room', () => {
    inVirtualTime(() => {
      const { enter, sent, waiting } = noted()
      times(50, () => enter(PROTO_OA_VERSION_REQ))
      times(5, () => enter(PROTO_OA_GET_TRENDBARS_REQ))
      expect(sent).toHaveLength(55)
      expect(waiting()).toEqual({ live: 0, historical: 0 })
    })
  })

  it('hold the next one until the oldest is more than a second back', () => {
    inVirtualTime(({ at }) => {
      const { enter, sent, waiting } = noted()
      times(6, () => enter(PROTO_OA_GET_TRENDBARS_REQ))
      at(400, () => {
        expect(waiting()).toEqual({ live: 0, historical: 1 })
        times(51, () => enter(PROTO_OA_VERSION_REQ))
        expect(waiting()).toEqual({ live: 1, historical: 1 })
      })
      at(2_000, () => {
        expect(sent[5]?.[0]).toBe(400)
        expect(sent.slice(-2)).toEqual([
          [1_050, PROTO_OA_GET_TRENDBARS_REQ],
          [1_450, PROTO_OA_VERSION_REQ],
        ])
      })
    })
  })

  it('let the heartbeat go first, then orders, authentication and queries, each in its order', () => {
    inVirtualTime(({ at }) => {
      const { enter, sent } = noted({ live: 1, historical: 1 })
      const asked = [
        PROTO_OA_VERSION_REQ,
        PROTO_OA_TRADER_REQ,
        PROTO_OA_VERSION_REQ,
        PROTO_OA_ACCOUNT_AUTH_REQ,
        PROTO_OA_NEW_ORDER_REQ,
        HEARTBEAT_EVENT,
      ]
      asked.forEach(enter)
      at(10_000, () => {
        expect(sent.map(([, payloadType]) => payloadType)).toEqual([
          PROTO_OA_VERSION_REQ,
          HEARTBEAT_EVENT,
          PROTO_OA_NEW_ORDER_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_TRADER_REQ,
          PROTO_OA_VERSION_REQ,
        ])
      })
    })
  })

  it('do not delay an order by a history pull', () => {
    inVirtualTime(({ at }) => {
      const { enter, sent } = noted()
      times(500, () => enter(PROTO_OA_GET_TRENDBARS_REQ))
      at(700, () => {
        enter(PROTO_OA_NEW_ORDER_REQ)
        expect(sent.at(-1)).toEqual([700, PROTO_OA_NEW_ORDER_REQ])
      })
    })
  })

  it('forget what is withdrawn before its turn', () => {
    inVirtualTime(({ at }) => {
      const { enter, sent, waiting } = noted({ live: 1, historical: 1 })
      const [, second] = times(3, () => enter(PROTO_OA_VERSION_REQ))
      second?.unsubscribe()
      expect(waiting()).toEqual({ live: 1, historical: 0 })
      at(1_050, () => {
        expect(sent).toHaveLength(2)
        expect(waiting()).toEqual({ live: 0, historical: 0 })
      })
    })
  })

  it('hold back a blocked type, and nothing else', () => {
    inVirtualTime(({ at }) => {
      const { block, enter, sent } = noted()
      block(PROTO_OA_GET_TRENDBARS_REQ, 3_000)
      block(PROTO_OA_GET_TRENDBARS_REQ, 1_000)
      enter(PROTO_OA_GET_TRENDBARS_REQ)
      enter(PROTO_OA_GET_TICKDATA_REQ)
      at(5_000, () => {
        expect(sent).toEqual([
          [0, PROTO_OA_GET_TICKDATA_REQ],
          [3_000, PROTO_OA_GET_TRENDBARS_REQ],
        ])
      })
    })
  })

  it('take many in one turn at the same cost each (G12)', () => {
    const costOf = (messages: number): number => {
      const lanes = createLanes({ rateLimits: limits })
      const began = performance.now()
      const turns = times(messages, () => lanes.enter(PROTO_OA_VERSION_REQ, () => undefined))
      for (const turn of turns) turn.unsubscribe()
      const cost = performance.now() - began
      lanes.close()
      return cost
    }
    // What else runs on the machine only adds to it.
    const leastOf = (messages: number): number => Math.min(...times(5, () => costOf(messages)))
    // Ten times as many: a hundred times the cost would be quadratic.
    expect(leastOf(20_000)).toBeLessThan(40 * Math.max(1, leastOf(2_000)))
  })

  it('let a probe pass what only asks (B8)', () => {
    inVirtualTime(({ at }) => {
      const lanes = createLanes({ rateLimits: { live: 1, historical: 1 } })
      const sent: string[] = []
      times(3, () => lanes.enter(PROTO_OA_TRADER_REQ, () => sent.push('query')))
      lanes.enter(PROTO_OA_VERSION_REQ, () => sent.push('probe'), { isProbe: true })
      at(5_000, () => {
        expect(sent).toEqual(['query', 'probe', 'query', 'query'])
      })
    })
  })

  it('take many flows in one turn at the same cost each (G12)', () => {
    const costOf = (flows: number): number => {
      const lanes = createLanes({ rateLimits: limits })
      const began = performance.now()
      const turns = Array.from({ length: flows }, (_, flow) =>
        lanes.enter(PROTO_OA_VERSION_REQ, () => undefined, { flow }),
      )
      for (const turn of turns) turn.unsubscribe()
      const cost = performance.now() - began
      lanes.close()
      return cost
    }
    const leastOf = (flows: number): number => Math.min(...times(5, () => costOf(flows)))
    expect(leastOf(20_000)).toBeLessThan(40 * Math.max(1, leastOf(2_000)))
  })

  it('give the flows of one urgency turns, and let the more urgent pass all of them', () => {
    inVirtualTime(({ at }) => {
      const lanes = createLanes({ rateLimits: { live: 1, historical: 1 } })
      const sent: string[] = []
      const enter = (payloadType: MessageType, flow: string) =>
        lanes.enter(payloadType, () => sent.push(flow), { flow })
      for (const flow of 'aaaab') enter(PROTO_OA_VERSION_REQ, flow)
      for (const flow of 'AAB') enter(PROTO_OA_NEW_ORDER_REQ, flow)
      at(20_000, () => {
        expect(sent.join('')).toBe('aABAbaaa')
      })
    })
  })

  it('give what is less urgent a turn after four orders in a row', () => {
    inVirtualTime(({ at }) => {
      const lanes = createLanes({ rateLimits: { live: 1, historical: 1 } })
      const sent: string[] = []
      const enter = (payloadType: MessageType, name: string) =>
        lanes.enter(payloadType, () => sent.push(name))
      const orders = (count: number): void => {
        times(count, () => enter(PROTO_OA_NEW_ORDER_REQ, 'o'))
      }
      orders(7)
      at(8_000, () => {
        orders(14)
        times(2, () => enter(PROTO_OA_VERSION_REQ, 'q'))
        enter(PROTO_OA_ACCOUNT_AUTH_REQ, 'a')
      })
      at(60_000, () => {
        expect(sent.join('')).toBe('ooooooo' + 'oaooooqooooqoooo' + 'o')
      })
    })
  })

  it('ask whether a message may leave in its turn, and give neither its turn nor its slot away', () => {
    inVirtualTime(({ at }) => {
      const lanes = createLanes({ rateLimits: { live: 1, historical: 1 } })
      const sent: [ms: number, name: string][] = []
      const asked: [ms: number, name: string][] = []
      const enter = (name: string, may = true) =>
        lanes.enter(PROTO_OA_VERSION_REQ, () => sent.push([asyncScheduler.now(), name]), {
          flow: name[0],
          mayLeave: () => {
            asked.push([asyncScheduler.now(), name])
            return may
          },
        })
      enter('a1')
      enter('b1', false)
      enter('b2')
      enter('c1')
      at(10_000, () => {
        expect(sent).toEqual([
          [0, 'a1'],
          [1_050, 'b2'],
          [2_100, 'c1'],
        ])
        expect(asked).toEqual([
          [0, 'a1'],
          [1_050, 'b1'],
          [1_050, 'b2'],
          [2_100, 'c1'],
        ])
        expect(lanes.waiting()).toEqual({ live: 0, historical: 0 })
      })
    })
  })

  it('leave nothing behind when closed, and let nothing out any more', () => {
    inVirtualTime(({ at }) => {
      const { close, enter, sent, waiting } = noted({ live: 1, historical: 1 })
      times(3, () => enter(PROTO_OA_VERSION_REQ))
      close()
      enter(PROTO_OA_GET_TRENDBARS_REQ)
      expect(waiting()).toEqual({ live: 0, historical: 0 })
      at(5_000, () => {
        expect(sent).toHaveLength(1)
      })
    })
  })

  it('take what enters while another goes out', () => {
    inVirtualTime(({ at }) => {
      const sent: string[] = []
      const lanes: Lanes = createLanes({ rateLimits: { live: 1, historical: 1 } })
      lanes.enter(PROTO_OA_VERSION_REQ, () => {
        sent.push('first')
        lanes.enter(PROTO_OA_VERSION_REQ, () => sent.push('second'))
      })
      expect(sent).toEqual(['first'])
      at(1_050, () => {
        expect(sent).toEqual(['first', 'second'])
      })
    })
  })

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('neither wait longer nor let out more when the wall clock is set %s (B7)', (_, by) => {
    inVirtualTime(({ at, setWallClock }) => {
      const { block, enter, sent } = noted({ live: 1, historical: 1 })
      const began = asyncScheduler.now()
      enter(PROTO_OA_VERSION_REQ)
      block(PROTO_OA_GET_TRENDBARS_REQ, 2_000)
      setWallClock(by)
      enter(PROTO_OA_VERSION_REQ)
      enter(PROTO_OA_GET_TRENDBARS_REQ)
      at(5_000, () => {
        expect(sent.map(([ms]) => ms - began)).toEqual([0, by + 1_050, by + 2_000])
      })
    })
  })

  it('never let out more than the limit in any second, lose nothing and never wait without need', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 700 }),
      entering: fc.integer({ min: 1, max: 9 }),
      historical: fc.boolean(),
      withdrawn: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        inVirtualTime(({ at }) => {
          const { enter, sent, waiting } = noted({ live: 7, historical: 3 })
          let now = 0
          let wanted = 0
          for (const { after, entering, historical, withdrawn } of steps) {
            now += after
            at(now, () => {
              for (const turn of times(entering, () =>
                enter(historical ? PROTO_OA_GET_TRENDBARS_REQ : PROTO_OA_VERSION_REQ),
              )) {
                const before = sent.length + waiting().live + waiting().historical
                if (withdrawn) turn.unsubscribe()
                wanted += 1 - (before - sent.length - waiting().live - waiting().historical)
              }
            })
          }
          at(now + 200_000, () => {
            const sentIn = (type: MessageType): number[] =>
              sent.filter(([, payloadType]) => payloadType === type).map(([ms]) => ms)
            expect(sent).toHaveLength(wanted)
            expect(waiting()).toEqual({ live: 0, historical: 0 })
            expect(mostInASecond(sentIn(PROTO_OA_VERSION_REQ))).toBeLessThanOrEqual(7)
            expect(mostInASecond(sentIn(PROTO_OA_GET_TRENDBARS_REQ))).toBeLessThanOrEqual(3)
          })
        })
      }),
      { numRuns: 60 },
    )
  })
})
