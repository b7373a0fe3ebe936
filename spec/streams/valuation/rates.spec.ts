import type { ProtoOAPosition } from 'rx-ctrader'
import { createRates } from '../../../src/streams/valuation/rates'

const prices = (bid?: number, ask?: number) => ({
  bid,
  ask,
  sessionClose: undefined,
  timestamp: undefined,
})
const position = (price?: number): ProtoOAPosition => ({
  positionId: 1,
  tradeData: { symbolId: 1, volume: 100, tradeSide: 1 },
  positionStatus: 1,
  swap: 0,
  ...(price !== undefined && { price }),
})

describe('the rates of an account', () => {
  it('say why a position has no value, at each stage', () => {
    const rates = createRates()
    const why = (): string => rates.whyOf(position(1.1))
    expect(rates.whyOf(position())).toBe('noEntryPrice')
    expect(why()).toBe('noConversion')
    rates.release(1, 'unknownSymbol')
    expect(why()).toBe('unknownSymbol')
    rates.quote(1, prices())
    rates.convert(1, [{ symbolId: 2, operation: 'multiply' }])
    expect(why()).toBe('notQuoted')
    rates.quote(1, prices(110_000))
    expect(why()).toBe('rateNotQuoted')
    rates.release(1)
    expect(why()).toBe('noConversion')
  })

  it('forget a failed conversion with the next one, and another failure only with a quote', () => {
    const rates = createRates()
    rates.release(1, 'noConversion')
    rates.convert(1, [])
    expect(rates.whyOf(position(1.1))).toBe('notQuoted')
    rates.release(1, 'unknownSymbol')
    rates.convert(1, [])
    expect(rates.whyOf(position(1.1))).toBe('unknownSymbol')
  })

  it('take a quote once, and keep it while a symbol needs it', () => {
    const rates = createRates()
    const step = { symbolId: 3, operation: 'multiply' } as const
    const quote = prices(200_000)
    rates.convert(1, [step])
    rates.convert(2, [step])
    expect([rates.quote(3, quote), rates.quote(3, quote)]).toEqual([true, false])
    expect([...rates.concernedBy(3)]).toEqual([1, 2])
    expect(rates.rateOf(1)).toBe(2)
    rates.release(1)
    expect([rates.rateOf(1), rates.rateOf(2)]).toEqual([undefined, 2])
    rates.release(2)
    expect(rates.prices.get(3)).toBeUndefined()
  })
})
