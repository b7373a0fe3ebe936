import { mergeQuote } from 'rx-ctrader'
import type { ProtoOASpotEvent } from 'rx-ctrader'
import { inVirtualTime } from '../support/virtualTime'

const timeless = (fields: Partial<ProtoOASpotEvent>): ProtoOASpotEvent => ({
  ctidTraderAccountId: 7,
  symbolId: 1,
  ...fields,
})

const event = (fields: Partial<ProtoOASpotEvent>): ProtoOASpotEvent =>
  timeless({ timestamp: 1_000, ...fields })

describe('mergeQuote', () => {
  it('emits nothing before both sides are known, then with each event', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  a-b-c-d|', {
        a: event({ bid: 113_950 }),
        b: event({ bid: 113_952, timestamp: 2_000 }),
        c: event({ ask: 113_955, timestamp: 3_000 }),
        d: event({ bid: 113_951, ask: 113_961, timestamp: 4_000 }),
      })
      expectObservable(events.pipe(mergeQuote())).toBe('----c-d|', {
        c: { symbolId: 1, bid: 1.13952, ask: 1.13955, spread: 0.00003, timestamp: 3_000 },
        d: { symbolId: 1, bid: 1.13951, ask: 1.13961, spread: 0.0001, timestamp: 4_000 },
      })
    })
  })

  it('keeps the side that an event does not tell, and takes a price of 0 for none', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  a-b-c-d-e|', {
        a: event({ bid: 0, ask: 1_000 }),
        b: event({ bid: 990, ask: 0 }),
        c: event({ bid: 0, ask: 1_001 }),
        d: event({ ask: 1_002, sessionClose: 0 }),
        e: event({ bid: 995 }),
      })
      const quote = { symbolId: 1, timestamp: 1_000 }
      expectObservable(events.pipe(mergeQuote())).toBe('--b-c-d-e|', {
        b: { ...quote, bid: 0.0099, ask: 0.01, spread: 0.0001 },
        c: { ...quote, bid: 0.0099, ask: 0.01001, spread: 0.00011 },
        d: { ...quote, bid: 0.0099, ask: 0.01002, spread: 0.00012 },
        e: { ...quote, bid: 0.00995, ask: 0.01002, spread: 0.00007 },
      })
    })
  })

  it('has the spread exact where the difference of the prices is not', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      // 146.415 - 146.409 is 0.006000000000000227
      expectObservable(
        cold('(a|)', { a: event({ bid: 14_640_900, ask: 14_641_500 }) }).pipe(mergeQuote()),
      ).toBe('(a|)', { a: { symbolId: 1, bid: 146.409, ask: 146.415, spread: 0.006, timestamp: 1_000 } })
    })
  })

  it('marks a quote whose bid is above its ask, and no other (A10)', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  a-b-c|', {
        a: event({ bid: 113_980, ask: 113_950 }),
        b: event({ bid: 113_950 }),
        c: event({ bid: 113_951, sessionClose: 113_900 }),
      })
      const quote = { symbolId: 1, ask: 1.1395, timestamp: 1_000 }
      expectObservable(events.pipe(mergeQuote())).toBe('a-b-c|', {
        a: { ...quote, bid: 1.1398, spread: -0.0003, crossed: true },
        b: { ...quote, bid: 1.1395, spread: 0 },
        c: { ...quote, bid: 1.13951, spread: -0.00001, sessionClose: 1.139, crossed: true },
      })
    })
  })

  it('keeps the symbols apart', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  a-b-c-d|', {
        a: event({ bid: 1_000 }),
        b: event({ symbolId: 2, ask: 2_002 }),
        c: event({ ask: 1_001 }),
        d: event({ symbolId: 2, bid: 2_000 }),
      })
      expectObservable(events.pipe(mergeQuote())).toBe('----c-d|', {
        c: { symbolId: 1, bid: 0.01, ask: 0.01001, spread: 0.00001, timestamp: 1_000 },
        d: { symbolId: 2, bid: 0.02, ask: 0.02002, spread: 0.00002, timestamp: 1_000 },
      })
    })
  })

  it('keeps the last sessionClose', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  a-b-c|', {
        a: event({ bid: 1_000, ask: 1_001, sessionClose: 900 }),
        b: event({ bid: 1_000 }),
        c: event({ bid: 1_000, sessionClose: 950 }),
      })
      const quote = { symbolId: 1, bid: 0.01, ask: 0.01001, spread: 0.00001, timestamp: 1_000 }
      expectObservable(events.pipe(mergeQuote())).toBe('a-b-c|', {
        a: { ...quote, sessionClose: 0.009 },
        b: { ...quote, sessionClose: 0.009 },
        c: { ...quote, sessionClose: 0.0095 },
      })
    })
  })

  it('without a timestamp has the last one, and before any the time at which it came', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const events = cold('  --a-b-c|', {
        a: timeless({ bid: 1_000, ask: 1_001 }),
        b: event({ bid: 1_000, timestamp: 5_000 }),
        c: timeless({ bid: 1_000 }),
      })
      const quote = { symbolId: 1, bid: 0.01, ask: 0.01001, spread: 0.00001 }
      expectObservable(events.pipe(mergeQuote())).toBe('--a-b-c|', {
        a: { ...quote, timestamp: 2 },
        b: { ...quote, timestamp: 5_000 },
        c: { ...quote, timestamp: 5_000 },
      })
    })
  })

  it('knows nothing of what an earlier subscription heard', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      const quotes = cold('a|', { a: event({ bid: 1_000 }) }).pipe(mergeQuote())
      const others = cold('a|', { a: event({ ask: 1_001 }) }).pipe(mergeQuote())
      expectObservable(quotes).toBe('-|')
      expectObservable(quotes, '---^').toBe('----|')
      expectObservable(others).toBe('-|')
    })
  })

  it('passes an error on', () => {
    inVirtualTime(({ cold, expectObservable }) => {
      expectObservable(cold<ProtoOASpotEvent>('-#').pipe(mergeQuote())).toBe('-#')
    })
  })
})
