import { asyncScheduler } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { readRequest } from '../../src/recording/readRequest'
import type { Attempt, Step } from '../../src/recording/attempts'
import { createMatching } from '../../src/recording/matching'
import { createPlayhead } from '../../src/recording/playhead'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const { PROTO_OA_TRADER_REQ, PROTO_OA_VERSION_REQ, PROTO_OA_NEW_ORDER_REQ } = PayloadType

const request = (at: number, payloadType: number): Step => {
  const asked = readRequest(JSON.stringify({ payloadType }))
  if (!asked) throw new Error('no request')
  return { kind: 'out', at, asked }
}
const frame = (at: number): Step => ({ kind: 'in', at, text: '', cause: undefined })

interface Played extends VirtualTime {
  /** The client sends a request. */
  readonly send: (payloadType: number) => void
  readonly playhead: ReturnType<typeof createPlayhead>
}

/** When each step of an attempt comes, with the time at which it was recorded. */
const timesOf = (
  attempt: Attempt,
  client: (played: Played) => void = () => undefined,
  due = (at: number): number => at,
): readonly (readonly [came: number, recorded: number])[] => {
  let times: readonly (readonly [number, number])[] = []
  inVirtualTime(time => {
    const matching = createMatching(attempt)
    const playhead = createPlayhead(attempt, due, matching)
    const { timed } = time.watch(playhead.step$, 100_000)
    const send = (payloadType: number): void => {
      const asked = readRequest(JSON.stringify({ payloadType }))
      if (asked && matching.take(asked)) playhead.move()
    }
    client({ ...time, send, playhead })
    time.at(100_000, () => {
      times = timed.map(([ms, { at }]) => [ms, at])
    })
  })
  return times
}

describe('the playhead of a recorded attempt', () => {
  it('takes each step at its time, and completes after the last one', () => {
    expect(timesOf([frame(0), frame(10), frame(10), frame(70)])).toEqual([
      [0, 0],
      [10, 10],
      [10, 10],
      [70, 70],
    ])
    expect(timesOf([frame(30)], undefined, at => at / 10)).toEqual([[3, 30]])
    inVirtualTime(({ expectObservable }) => {
      const attempt = [frame(2)]
      const { step$ } = createPlayhead(attempt, at => at, createMatching(attempt))
      expectObservable(step$).toBe('--(s|)', { s: attempt[0] })
    })
  })

  it('goes on as soon as the client has sent the request that it waits for', () => {
    const attempt = [request(10, PROTO_OA_TRADER_REQ), frame(20)]
    const times = timesOf(attempt, ({ at, send }) => {
      at(400, () => {
        send(PROTO_OA_TRADER_REQ)
      })
    })
    expect(times).toEqual([
      [400, 10],
      [400, 20],
    ])
  })

  it('completes with the last request, and not when the wait for it would have been over', () => {
    inVirtualTime(({ at, watch }) => {
      const attempt = [request(10, PROTO_OA_TRADER_REQ)]
      const matching = createMatching(attempt)
      const playhead = createPlayhead(attempt, ms => ms, matching)
      const seen = watch(playhead.step$, 5_000)
      at(400, () => {
        for (const step of attempt) if (step.kind === 'out') matching.take(step.asked)
        playhead.move()
      })
      at(401, () => {
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('waits a second for requests that do not come, once for all of them', () => {
    const attempt = [
      request(10, PROTO_OA_TRADER_REQ),
      frame(20),
      request(30, PROTO_OA_VERSION_REQ),
      frame(2_000),
    ]
    expect(timesOf(attempt)).toEqual([
      [1_010, 10],
      [1_010, 20],
      [1_030, 30],
      [2_000, 2_000],
    ])
  })

  it('waits a second from the last request of a client that is late', () => {
    const attempt = [request(10, PROTO_OA_TRADER_REQ), request(20, PROTO_OA_VERSION_REQ), frame(30)]
    const times = timesOf(attempt, ({ at, send }) => {
      at(900, () => {
        send(PROTO_OA_TRADER_REQ)
      })
    })
    expect(times).toEqual([
      [900, 10],
      [1_900, 20],
      [1_900, 30],
    ])
  })

  it('waits for no order', () => {
    expect(timesOf([request(10, PROTO_OA_NEW_ORDER_REQ), frame(20)])).toEqual([
      [10, 10],
      [20, 20],
    ])
  })

  it('takes the other steps of now before anything that the client does because of one', () => {
    const attempt = [frame(0), request(0, PROTO_OA_TRADER_REQ), frame(1), frame(50)]
    inVirtualTime(({ at }) => {
      const matching = createMatching(attempt)
      const playhead = createPlayhead(attempt, () => 0, matching)
      const seen: string[] = []
      playhead.step$.subscribe(step => {
        seen.push(`${step.kind} ${step.at}`)
        if (seen.length > 1) return
        const asked = readRequest(JSON.stringify({ payloadType: PROTO_OA_TRADER_REQ }))
        if (asked) matching.take(asked)
        playhead.move()
        asyncScheduler.schedule(() => {
          seen.push('later')
        })
      })
      at(1, () => {
        expect(seen).toEqual(['in 0', 'out 0', 'in 1', 'in 50', 'later'])
      })
    })
  })

  it('says how long a step may still wait, and whether it is too far away', () => {
    timesOf([frame(5_000)], ({ at, playhead }) => {
      at(3_999, () => {
        expect(playhead.isEarlyFor(5_000)).toBe(true)
      })
      at(4_000, () => {
        expect(playhead.isEarlyFor(5_000)).toBe(false)
        expect(playhead.patienceFor(5_000)).toBe(2_000)
        playhead.move()
        expect(playhead.patienceFor(3_000)).toBe(1_000)
      })
    })
  })
})
