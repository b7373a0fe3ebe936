import { ProtoOATradingMode } from '../../../src/protocol/messages/enums'
import {
  ProtoOAAsset,
  ProtoOAAssetClass,
  ProtoOADynamicLeverage,
  ProtoOALightSymbol,
  ProtoOASymbol,
  ProtoOASymbolCategory,
} from '../../../src/protocol/messages/symbols'
import type { ListedSymbol } from '../../../src/simulator/market/model/market'
import { DAY, HOUR, WEDNESDAY_NOON, marketOf, utc } from './support'

const market = marketOf(1)
const { catalogue } = market
const symbolOf = (name: string): ListedSymbol => {
  const symbol = catalogue.symbols.find(({ light }) => light.symbolName === name)
  if (!symbol) throw new Error(name)
  return symbol
}
const assetOf = (name: string): number => catalogue.assets.find(asset => asset.name === name)?.assetId ?? NaN

describe('the catalogue', () => {
  it('has what it says it has', () => {
    expect(catalogue.symbols).toHaveLength(20)
    expect(market.symbol(1)).toBe(symbolOf('EURUSD'))
    expect(market.symbol(4)).toBe(symbolOf('USDJPY'))
    expect(market.symbol(41)).toBe(symbolOf('XAUUSD'))
  })

  it('is written as the protocol has it, with nothing unknown', () => {
    const drift: unknown[] = []
    const note = (...what: unknown[]) => drift.push(what)
    const entries: [{ check: typeof ProtoOAAsset.check }, readonly unknown[]][] = [
      [ProtoOAAsset, catalogue.assets],
      [ProtoOAAssetClass, catalogue.assetClasses],
      [ProtoOASymbolCategory, catalogue.categories],
      [ProtoOADynamicLeverage, catalogue.leverages],
      [ProtoOALightSymbol, catalogue.symbols.map(({ light }) => light)],
      [ProtoOASymbol, catalogue.symbols.map(({ terms }) => terms)],
    ]
    const verdicts = new Set(
      entries.flatMap(([codec, values]) => values.map(value => codec.check(value, note))),
    )
    expect(verdicts).toEqual(new Set([ProtoOAAsset.check({ assetId: 1, name: 'USD' }, note)]))
    expect(drift).toEqual([])
  })

  it('names only what it has, and each once', () => {
    const ids = <T>(values: readonly T[], idOf: (value: T) => number | undefined) => {
      const found = values.map(idOf)
      expect(new Set(found).size).toBe(values.length)
      return found
    }
    const assetIds = ids(catalogue.assets, ({ assetId }) => assetId)
    const classIds = ids(catalogue.assetClasses, ({ id }) => id)
    const categoryIds = ids(catalogue.categories, ({ id }) => id)
    const leverageIds = ids(catalogue.leverages, ({ leverageId }) => leverageId)
    ids(catalogue.symbols, ({ light }) => light.symbolId)
    for (const { assetClassId } of catalogue.categories) expect(classIds).toContain(assetClassId)
    for (const { light, terms } of catalogue.symbols) {
      expect(light.symbolId).toBe(terms.symbolId)
      expect(assetIds).toEqual(expect.arrayContaining([light.baseAssetId, light.quoteAssetId]))
      expect(categoryIds).toContain(light.symbolCategoryId)
      expect(leverageIds).toContain(terms.leverageId)
    }
  })

  it('says what a unit is as the live server does, and always what rolls over and by which schedule (D6)', () => {
    const units = ['EURUSD', 'GBPUSD', 'XAUUSD', 'BTCUSD'].map(name => symbolOf(name).terms.measurementUnits)
    expect(units).toEqual(['EUR', 'GBP', 'Oz', 'BTC'])
    for (const { terms } of catalogue.symbols)
      expect(terms).toMatchObject({
        rolloverCommission: 0,
        rolloverCommission3Days: expect.any(Number) as unknown,
        skipRolloverDays: 0,
        gslScheduleId: expect.any(Number) as unknown,
      })
  })

  it('has five sessions a week for currencies, to the second (D6)', () => {
    expect(symbolOf('EURUSD').terms.schedule).toEqual([
      { startSecond: 61_205, endSecond: 145_795 },
      { startSecond: 147_605, endSecond: 232_195 },
      { startSecond: 234_005, endSecond: 318_595 },
      { startSecond: 320_405, endSecond: 404_995 },
      { startSecond: 406_805, endSecond: 491_395 },
    ])
  })

  it('counts volumes in cents of a unit, as the live server does', () => {
    expect(symbolOf('EURUSD').terms).toMatchObject({
      lotSize: 10_000_000,
      minVolume: 100_000,
      stepVolume: 100_000,
    })
    expect(symbolOf('XAUUSD').terms).toMatchObject({ lotSize: 10_000, minVolume: 100 })
    expect(symbolOf('BTCUSD').terms).toMatchObject({ lotSize: 100, minVolume: 1 })
    for (const { terms } of catalogue.symbols) {
      expect(Number.isInteger(terms.minVolume)).toBe(true)
      expect(terms.minVolume % terms.stepVolume).toBe(0)
      expect(terms.maxVolume % terms.stepVolume).toBe(0)
    }
  })

  it('has digits and pips as usual', () => {
    const digits = (name: string) => [symbolOf(name).terms.digits, symbolOf(name).terms.pipPosition]
    expect(['EURUSD', 'USDJPY', 'XAUUSD', 'US500', 'BTCUSD', 'AAPL.US'].map(digits)).toEqual([
      [5, 4],
      [3, 2],
      [2, 2],
      [1, 0],
      [2, 0],
      [2, 2],
    ])
  })

  it('has commissions in 10^-8 of the currency, or in 10^-5 of a percent', () => {
    expect(symbolOf('EURUSD').terms.preciseTradingCommissionRate).toBe(3_000_000_000)
    expect(symbolOf('BTCUSD').terms.preciseTradingCommissionRate).toBe(5000)
    expect(symbolOf('US500').terms.preciseTradingCommissionRate).toBe(0)
    expect(symbolOf('AAPL.US').terms.preciseMinCommission).toBe(100_000_000)
  })

  it('has one symbol that can only be closed', () => {
    const notEnabled = catalogue.symbols.filter(
      ({ terms }) => terms.tradingMode !== ProtoOATradingMode.ENABLED,
    )
    expect(notEnabled.map(({ light }) => light.symbolName)).toEqual(['TSLA.US'])
  })

  it('has prices that suit it', () => {
    const price = (name: string) =>
      market.quoteAt(symbolOf(name).light.symbolId, WEDNESDAY_NOON).bid / 100_000
    expect(price('EURUSD')).toBeGreaterThan(0.9)
    expect(price('EURUSD')).toBeLessThan(1.35)
    expect(price('USDJPY')).toBeGreaterThan(100)
    expect(price('XAUUSD')).toBeGreaterThan(1000)
    expect(price('BTCUSD')).toBeGreaterThan(15_000)
  })
})

describe('the market is open', () => {
  const opens = (name: string, from: string, hours: number): string =>
    Array.from({ length: hours }, (_, hour) =>
      market.isOpen(symbolOf(name).light.symbolId, utc(from) + hour * HOUR) ? 'o' : '-',
    ).join('')

  it('for currencies from Sunday 17:00 to Friday 16:30 New York, with a break each day, in summer and winter (D6)', () => {
    expect(opens('EURUSD', '2026-01-11T20:30', 4)).toBe('--oo')
    expect(opens('EURUSD', '2026-01-16T20:29', 4)).toBe('oo--')
    expect(opens('EURUSD', '2026-07-12T19:30', 4)).toBe('--oo')
    expect(opens('EURUSD', '2026-07-17T19:29', 4)).toBe('oo--')
    expect(opens('EURUSD', '2026-01-13T20:31', 4)).toBe('o-oo')
    const [opening, closing] = [utc('2026-01-11T22:00') + 5_000, utc('2026-01-16T21:30') - 5_000]
    expect(market.isOpen(1, opening - 1)).toBe(false)
    expect(market.isOpen(1, opening)).toBe(true)
    expect(market.isOpen(1, closing - 1)).toBe(true)
    expect(market.isOpen(1, closing)).toBe(false)
  })

  it('for gold and indices with an hour of rest each day', () => {
    for (const name of ['XAUUSD', 'US500', 'DE40']) expect(opens(name, '2026-01-13T20:30', 4)).toBe('oo-o')
  })

  it('for shares as the exchange is', () => {
    expect(opens('AAPL.US', '2026-01-13T13:00', 10)).toBe('--oooooo--')
    expect(market.isOpen(201, utc('2026-01-13T14:30') - 1)).toBe(false)
    expect(market.isOpen(201, utc('2026-01-13T14:30'))).toBe(true)
    expect(market.isOpen(201, utc('2026-07-13T13:30'))).toBe(true)
    expect(market.isOpen(201, utc('2026-01-10T16:00'))).toBe(false)
  })

  it('for crypto always, also when the clocks change', () => {
    expect(opens('BTCUSD', '2026-01-09T20:30', 72)).toBe('o'.repeat(72))
    expect(opens('BTCUSD', '2026-03-07T20:30', 30)).toBe('o'.repeat(30))
    expect(opens('BTCUSD', '2026-10-31T20:30', 30)).toBe('o'.repeat(30))
  })
})

describe('conversion', () => {
  const chain = (from: string, to: string) =>
    market.conversionChain(assetOf(from), assetOf(to))?.map(({ light }) => light.symbolName)

  it('takes the shortest way, in the order from the one to the other', () => {
    expect(chain('EUR', 'USD')).toEqual(['EURUSD'])
    expect(chain('USD', 'EUR')).toEqual(['EURUSD'])
    expect(chain('USD', 'USD')).toEqual([])
    expect(chain('CHF', 'NZD')).toEqual(['USDCHF', 'NZDUSD'])
    expect(chain('DE40', 'USD')).toEqual(['DE40', 'EURUSD'])
    expect(chain('AAPL.US', 'DE40')).toEqual(['AAPL.US', 'EURUSD', 'DE40'])
    expect(market.conversionChain(1, 4711)).toBeUndefined()
  })

  it('multiplies or divides by the mid prices along it', () => {
    const mid = (symbolId: number) => {
      const { bid, ask } = market.quoteAt(symbolId, WEDNESDAY_NOON)
      return (bid + ask) / 200_000
    }
    const rate = (from: string, to: string) => market.rate(assetOf(from), assetOf(to), WEDNESDAY_NOON)
    expect(rate('USD', 'USD')).toBe(1)
    expect(rate('EUR', 'USD')).toBe(mid(1))
    expect(rate('USD', 'EUR')).toBe(1 / mid(1))
    expect(rate('JPY', 'USD')).toBe(1 / mid(4))
    expect(rate('CHF', 'NZD')).toBe(1 / mid(6) / mid(12))
    expect(market.rate(assetOf('EUR'), assetOf('USD'), WEDNESDAY_NOON + DAY)).not.toBe(rate('EUR', 'USD'))
    expect(() => market.rate(1, 4711, WEDNESDAY_NOON)).toThrow('4711')
  })
})
