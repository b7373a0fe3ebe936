import type { SymbolDetails } from 'rx-ctrader'
import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  ProtoOASwapCalculationType,
} from 'rx-ctrader/protocol'
import { commissionCharge, swapCharge } from '../../../src/cli/trading/charges'

const [BASE, QUOTE] = [1, 2]

/** A tenth of a lot of 100 000 units, bought at 1.25. */
const trade = (terms: Partial<SymbolDetails>, side: 'buy' | 'sell' = 'buy') => ({
  terms: {
    symbolId: 1,
    digits: 5,
    pipPosition: 4,
    lotSize: 10_000_000,
    baseAssetId: BASE,
    quoteAssetId: QUOTE,
    ...terms,
  } as SymbolDetails,
  side,
  units: 10_000,
  price: 1.25,
})

describe('the commission of a trade', () => {
  it.each([
    ['USD_PER_MILLION_USD', 3_000_000_000, '30 USD per million USD', 0.3, BASE],
    ['USD_PER_LOT', 350_000_000, '3.5 USD a lot', 0.35, 'USD'],
    ['QUOTE_CCY_PER_LOT', 400_000_000, '4 of the quote currency a lot', 0.4, QUOTE],
    ['PERCENTAGE_OF_VALUE', 5_000, '0.05 %', 6.25, QUOTE],
  ] as const)('of %s %d is %s', (type, preciseTradingCommissionRate, tariff, value, asset) => {
    const commissionType = ProtoOACommissionType[type]
    const charge = commissionCharge(trade({ commissionType, preciseTradingCommissionRate }))
    expect(charge).toEqual({ tariff, amounts: [{ value: expect.closeTo(value, 10) as number, asset }] })
  })

  it('has a minimum of its own currency, USD by default, or of the quote currency', () => {
    const rate = {
      commissionType: ProtoOACommissionType.USD_PER_LOT,
      preciseTradingCommissionRate: 350_000_000,
      preciseMinCommission: 100_000_000,
    }
    expect(commissionCharge(trade(rate))).toMatchObject({
      tariff: '3.5 USD a lot, at least 1 USD',
      amounts: [{ asset: 'USD' }, { value: 1, asset: 'USD' }],
    })
    expect(commissionCharge(trade({ ...rate, minCommissionAsset: 'EUR' }))).toMatchObject({
      amounts: [{ asset: 'USD' }, { value: 1, asset: 'EUR' }],
    })
    const minCommissionType = ProtoOAMinCommissionType.QUOTE_CURRENCY
    expect(commissionCharge(trade({ ...rate, minCommissionType }))).toMatchObject({
      tariff: '3.5 USD a lot, at least 1 of the quote currency',
      amounts: [{ asset: 'USD' }, { value: 1, asset: QUOTE }],
    })
  })

  it('is left out if there is no rate, also by lot without a lot size', () => {
    expect(commissionCharge(trade({}))).toBeUndefined()
    const commissionType = ProtoOACommissionType.USD_PER_LOT
    expect(
      commissionCharge(trade({ commissionType, preciseTradingCommissionRate: 1, lotSize: 0 })),
    ).toBeUndefined()
  })
})

describe('the swap of a position', () => {
  it.each([
    ['PIPS', -6.5, -6.5, 'a day: -6.5 pips, triple on Monday'],
    ['POINTS', -6.5, -0.65, 'a day: -6.5 points, triple on Monday'],
    ['PERCENTAGE', -3.65, -1.25, 'a day: -3.65 % a year, triple on Monday'],
  ] as const)('in %s of %d is %d of the quote currency', (type, swapLong, value, tariff) => {
    const swapCalculationType = ProtoOASwapCalculationType[type]
    expect(swapCharge(trade({ swapCalculationType, swapLong }))).toEqual({
      tariff,
      amounts: [{ value: expect.closeTo(value, 10) as number, asset: QUOTE }],
    })
  })

  it('is that of the side, of the period, and has its day', () => {
    const terms = {
      swapLong: -1,
      swapShort: 0.5,
      swapPeriod: 8,
      swapRollover3Days: ProtoOADayOfWeek.WEDNESDAY,
    }
    expect(swapCharge(trade(terms, 'sell'))).toEqual({
      tariff: 'every 8 hours: 0.5 pips, triple on Wednesday',
      amounts: [{ value: expect.closeTo(0.5, 10) as number, asset: QUOTE }],
    })
  })

  it('has no triple day if the symbol has none', () => {
    const charge = swapCharge(trade({ swapLong: -1, swapRollover3Days: ProtoOADayOfWeek.NONE }))
    expect(charge?.tariff).toBe('a day: -1 pips')
  })

  it('is left out if it is 0', () => {
    expect(swapCharge(trade({ swapLong: 0, swapShort: 1 }))).toBeUndefined()
  })
})
