import { createJoining, joinBars } from '../../../src/streams/market/candleJoining'
import type { WireBar } from '../../../src/protocol/wireBar'

const bar = (timestamp: number, volume = 5): WireBar => ({
  timestamp,
  open: 100,
  high: 105,
  low: 95,
  close: 100,
  volume,
})

describe('joinBars', () => {
  it('has each bar once, the oldest first, and of two the one that has seen more', () => {
    const [a, b, more, c] = [bar(0), bar(1), bar(1, 6), bar(2)]
    expect(joinBars([b, a, more, c])).toEqual([a, more, c])
    expect(joinBars([c, more, b, a])).toEqual([a, more, c])
    expect(joinBars([b, { ...b }])[0]).toBe(b)
  })
})

describe('live bars and history', () => {
  it('are joined, in either order', () => {
    const joining = createJoining(undefined, 3)
    joining.keep(bar(4))
    joining.keepPage([bar(2), bar(3), bar(4, 9)])
    joining.keepPage([bar(0), bar(1)])
    expect(joining.last()).toEqual(bar(4, 9))
    expect(joining.takeBars()).toEqual([bar(0), bar(1), bar(2), bar(3), bar(4, 9)])
  })

  it('begin with the bar that formed before', () => {
    const joining = createJoining(bar(2), 3)
    expect(joining.last()).toEqual(bar(2))
    joining.keepPage([bar(1), bar(2, 7), bar(3)])
    joining.keep(bar(1, 9))
    expect(joining.takeBars()).toEqual([bar(2, 7), bar(3)])
  })

  it('need no history if the first bar wanted is live', () => {
    expect(createJoining(undefined, 0).isFirstWanted(bar(7))).toBe(true)
    expect(createJoining(undefined, 1).isFirstWanted(bar(7))).toBe(false)
    expect(createJoining(bar(7), 1).isFirstWanted(bar(7))).toBe(true)
    expect(createJoining(bar(6), 1).isFirstWanted(bar(7))).toBe(false)
  })
})
