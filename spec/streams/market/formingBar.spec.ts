import { ProtoOATrendbarPeriod } from 'rx-ctrader'
import type { ProtoOASpotEvent, ProtoOATrendbar } from 'rx-ctrader'
import { toWireBar } from '../../../src/protocol/wireBar'
import { formingBars } from '../../../src/streams/market/formingBar'
import type { WireBar } from '../../../src/protocol/wireBar'

const { M1, H1, D1 } = ProtoOATrendbarPeriod
const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 7, 12)

const event = (fields: Partial<ProtoOASpotEvent>): ProtoOASpotEvent => ({
  ctidTraderAccountId: 7,
  symbolId: 1,
  ...fields,
})

const live = (fields: Partial<ProtoOATrendbar> = {}): ProtoOATrendbar => ({
  volume: 5,
  period: M1,
  low: 100,
  deltaOpen: 1,
  deltaHigh: 3,
  utcTimestampInMinutes: NOON / MINUTE,
  ...fields,
})

const forming: WireBar = { timestamp: NOON, open: 101, high: 103, low: 100, close: 102, volume: 5 }

describe('toWireBar', () => {
  it('has the close of history, and of a live bar the bid it came with', () => {
    expect(toWireBar(live({ deltaClose: 2 }))).toEqual(forming)
    expect(toWireBar(live(), 102)).toEqual(forming)
  })

  it('takes what is not said for no difference from the low', () => {
    expect(toWireBar({ volume: 1, low: 100, utcTimestampInMinutes: 1 })).toEqual({
      timestamp: MINUTE,
      open: 100,
      high: 100,
      low: 100,
      close: 100,
      volume: 1,
    })
  })

  it('has a high that is no lower than its open and close, and a low no higher, for any event (A9)', () => {
    const wrong = { low: 135_395, deltaOpen: 49, deltaClose: 0 }
    for (const high of [{ deltaHigh: 0 }, { deltaHigh: undefined }])
      expect(
        toWireBar({ volume: 1, utcTimestampInMinutes: 1, ...wrong, ...high } as ProtoOATrendbar),
      ).toEqual({
        timestamp: MINUTE,
        open: 135_444,
        high: 135_444,
        low: 135_395,
        close: 135_395,
        volume: 1,
      })
    expect(toWireBar(live(), 110)).toMatchObject({ high: 110, low: 100, close: 110 })
    expect(toWireBar(live(), 90)).toMatchObject({ high: 103, low: 90, close: 90 })
  })

  it('does not exist without a low or a time', () => {
    expect(toWireBar({ volume: 1, low: 100 })).toBeUndefined()
    expect(toWireBar({ volume: 1, utcTimestampInMinutes: 1 })).toBeUndefined()
  })
})

describe('formingBars', () => {
  it('takes the bar of its period out of an event with a bid', () => {
    const after = formingBars(M1)
    const bars = [live({ period: H1, low: 90 }), live()]
    expect(after(undefined, event({ bid: 102, trendbar: bars }))).toEqual(forming)
    expect(after(undefined, event({ bid: 102, trendbar: [live({ period: H1 })] }))).toBeUndefined()
  })

  it('leaves a bar as it is where an event has a bid and no bar: that tells only how things stand', () => {
    const after = formingBars(M1)
    expect(after(forming, event({ bid: 99, ask: 104, timestamp: NOON + 1 }))).toBe(forming)
    expect(after(undefined, event({ bid: 99, ask: 104, timestamp: NOON + 1 }))).toBeUndefined()
  })

  it('leaves a bar as it is where an older one comes, or none', () => {
    const after = formingBars(M1)
    const older = live({ utcTimestampInMinutes: NOON / MINUTE - 1, volume: 9 })
    expect(after(forming, event({ bid: 102, trendbar: [older] }))).toBe(forming)
    expect(after(forming, event({ bid: 102, trendbar: [{ volume: 9, period: M1 }] }))).toBe(forming)
    expect(after(forming, event({ sessionClose: 90 }))).toBe(forming)
    expect(after(forming, event({ bid: 0, ask: 0 }))).toBe(forming)
  })

  it('takes no bar that begins long after its own price, which would hide all that come (G8)', () => {
    const formingAfter = formingBars(M1)
    const wrong = event({
      bid: 102,
      timestamp: NOON,
      trendbar: [live({ utcTimestampInMinutes: Date.UTC(9999, 0) / MINUTE })],
    })
    expect(formingAfter(forming, wrong)).toBe(forming)
    expect(formingAfter(undefined, wrong)).toBeUndefined()
  })

  it('counts an ask alone, and once where it comes twice', () => {
    const after = formingBars(M1)
    const one = after(forming, event({ ask: 104, timestamp: NOON + 1 }))
    expect(one).toEqual({ ...forming, volume: 6 })
    expect(after(one, event({ ask: 104, timestamp: NOON + 1 }))).toBe(one)
    const two = after(one, event({ ask: 105, timestamp: NOON + 1 }))
    const three = after(two, event({ ask: 104, timestamp: NOON + 2 }))
    expect([two.volume, three.volume]).toEqual([7, 8])
  })

  it('counts a price that comes with bars of other periods only', () => {
    const after = formingBars(M1)
    const trendbar = [live({ period: 4711 as ProtoOATrendbarPeriod })]
    const one = after(forming, event({ bid: 99, timestamp: NOON + 1, trendbar }))
    expect(one).toEqual({ ...forming, low: 99, close: 99, volume: 6 })
    expect(after(one, event({ bid: 99, timestamp: NOON + 1, trendbar }))).toBe(one)
    const two = after(one, event({ bid: 120, ask: 121, timestamp: NOON + 2, trendbar }))
    expect(two).toEqual({ ...forming, low: 99, high: 120, close: 120, volume: 8 })
    expect(after(two, event({ bid: 99, timestamp: NOON + MINUTE, trendbar }))).toBe(two)
  })

  it('does not count an ask alone in a bar whose time is over, nor begins one with it', () => {
    const after = formingBars(M1)
    const last = after(forming, event({ ask: 104, timestamp: NOON + MINUTE - 1 }))
    expect(last.volume).toBe(6)
    expect(after(last, event({ ask: 105, timestamp: NOON + MINUTE }))).toBe(last)
    // The day ends at 17:00 New York.
    const day = { ...forming, timestamp: Date.UTC(2026, 0, 6, 22) }
    const inDay = formingBars(D1)
    expect(inDay(day, event({ ask: 104, timestamp: Date.UTC(2026, 0, 7, 22) - 1 })).volume).toBe(6)
    expect(inDay(day, event({ ask: 104, timestamp: Date.UTC(2026, 0, 7, 22) })).volume).toBe(5)
  })

  it('counts an ask alone that does not say when', () => {
    expect(formingBars(M1)(forming, event({ ask: 104 })).volume).toBe(6)
  })
})
