import * as fc from 'fast-check'
import {
  ProtoOATrendbarPeriod,
  cents,
  centsToLots,
  centsToUnits,
  formatMoney,
  lots,
  lotsToCents,
  pips,
  price,
  pipSize,
  relativeDistance,
  roundPrice,
  tickSize,
  toBar,
  toMoney,
  toPrice,
  toTicks,
  toWirePrice,
  units,
  unitsToCents,
} from 'rx-ctrader'
import type { Cents, Lots, Pips, Price, ProtoOATickData, Units } from 'rx-ctrader'

/** n/10^places as people write it, made of digits only. */
const decimal = (n: number, places: number): string => {
  const digits = String(Math.abs(n)).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return `${n < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const wirePrices = fc.integer({ min: 0, max: 10 ** 12 })
const anyDigits = fc.integer({ min: 0, max: 5 })

/** The nearest multiple of 1/10^digits to m/10^7, in those steps, a half away from zero. */
const nearestSteps = (m: number, digits: number): number => {
  const step = 10n ** BigInt(7 - digits)
  const count = (BigInt(Math.abs(m)) + step / 2n) / step
  return Number(m < 0 ? -count : count)
}

describe('prices', () => {
  it.each([
    [113955, 1.13955],
    [1, 0.00001],
    [0, 0],
    [277_610, 2.7761],
    [10_432_150_000, 104321.5],
    [-3, -0.00003],
  ])('%d on the wire is %d', (wire, price) => {
    expect(toPrice(wire)).toBe(price)
    expect(toWirePrice(price)).toBe(wire)
  })

  it('come back the same from any number of the wire, and print as the decimal', () => {
    fc.assert(
      fc.property(wirePrices, n => {
        expect(toWirePrice(toPrice(n))).toBe(n)
        expect(String(toPrice(n))).toBe(decimal(n, 5))
      }),
    )
  })

  it('have a smallest step and a pip, which are not the same', () => {
    expect([0, 1, 2, 3, 4, 5].map(tickSize)).toEqual([1, 0.1, 0.01, 0.001, 0.0001, 0.00001])
    expect([0, 2, 4].map(pipSize)).toEqual([1, 0.01, 0.0001])
  })

  it.each([
    [1.139549, 5, 1.13955],
    [1.139549, 2, 1.14],
    [1.005, 2, 1.01],
    [1.0049, 2, 1],
    [1.015, 2, 1.02],
    [8.345, 2, 8.35],
    [-1.005, 2, -1.01],
    [0.1 + 0.2, 1, 0.3],
    [104321.5, 0, 104322],
    [-0.4, 0, 0],
    [1.23456789, 8, 1.23456789],
    [0.000000012, 9, 0.000000012],
    [1.000000005, 8, 1.00000001],
  ])('%d with %d digits is %d', (price, digits, rounded) => {
    expect(roundPrice(price, digits)).toBe(rounded)
  })

  it('round to the nearest of the symbol, a half away from zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), anyDigits, (m, digits) => {
        expect(roundPrice(m / 10 ** 7, digits)).toBe(nearestSteps(m, digits) / 10 ** digits)
      }),
    )
  })

  it('is a number also where it is far too large for a price (A11)', () => {
    expect(roundPrice(1e21, 2) / 1e21).toBeCloseTo(1)
    expect(toWirePrice(-1e21)).toBe(-1e26)
  })

  it('round to as many digits as a symbol may have, and leave what is of them already', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), fc.integer({ min: 6, max: 10 }), (n, digits) => {
        const exact = Number(`${n}e-${digits}`)
        expect(roundPrice(exact, digits)).toBe(exact)
        expect(roundPrice(Number(`${n}.5e-${digits}`), digits)).toBe(Number(`${n + 1}e-${digits}`))
      }),
    )
  })

  it('round halves as well, which are rare among any prices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), anyDigits, (n, digits) => {
        const half = Number(`${n}.5e-${digits}`)
        expect(roundPrice(half, digits)).toBe((n + 1) / 10 ** digits)
        expect(roundPrice(-half, digits)).toBe(-(n + 1) / 10 ** digits)
      }),
    )
  })
})

describe('volumes', () => {
  const EURUSD = 10_000_000
  const XAUUSD = 10_000
  const BTCUSD = 100

  it.each([
    ['EURUSD', EURUSD, 0.1, 1_000_000, 10_000],
    ['EURUSD', EURUSD, 0.01, 100_000, 1000],
    ['EURUSD', EURUSD, 0.29, 2_900_000, 29_000],
    ['EURUSD', EURUSD, 1, 10_000_000, 100_000],
    ['EURUSD', EURUSD, 1.1, 11_000_000, 110_000],
    ['XAUUSD', XAUUSD, 0.01, 100, 1],
    ['XAUUSD', XAUUSD, 0.57, 5700, 57],
    ['XAUUSD', XAUUSD, 1, 10_000, 100],
    ['BTCUSD', BTCUSD, 0.01, 1, 0.01],
    ['BTCUSD', BTCUSD, 0.29, 29, 0.29],
    ['BTCUSD', BTCUSD, 2.5, 250, 2.5],
  ])('of %s (lot of %d cents): %d lots are %d cents are %d units', (_, lotSize, inLots, inCents, inUnits) => {
    expect(lotsToCents(lots(inLots), lotSize)).toBe(inCents)
    expect(centsToLots(cents(inCents), lotSize)).toEqual(lots(inLots))
    expect(unitsToCents(units(inUnits))).toBe(inCents)
    expect(centsToUnits(cents(inCents))).toEqual(units(inUnits))
  })

  it('come back the same from any number of cents', () => {
    const volumes = fc.integer({ min: 0, max: 10 ** 13 })
    fc.assert(
      fc.property(volumes, fc.integer({ min: 1, max: 10 ** 10 }), (n, lotSize) => {
        expect(lotsToCents(centsToLots(cents(n), lotSize), lotSize)).toBe(n)
        expect(unitsToCents(centsToUnits(cents(n)))).toBe(n)
        expect(String(centsToUnits(cents(n)).units)).toBe(decimal(n, 2))
      }),
    )
  })

  it('are whole cents from any hundredths of a lot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 6 }),
        fc.constantFrom(EURUSD, XAUUSD, BTCUSD),
        (hundredths, lotSize) => {
          const typed = lots(Number(decimal(hundredths, 2)))
          expect(lotsToCents(typed, lotSize)).toBe(hundredths * (lotSize / 100))
        },
      ),
    )
  })

  it('say what they are, so that an order may have either', () => {
    expect([lots(0.1), units(10_000), pips(20), price(1.085)]).toEqual([
      { lots: 0.1 },
      { units: 10_000 },
      { pips: 20 },
      { price: 1.085 },
    ])
  })

  it('do not compile when mixed', () => {
    const wire: Cents = cents(29)
    // @ts-expect-error: a bare number is not in lots
    expect(lotsToCents(0.29, BTCUSD)).toBeNaN()
    // @ts-expect-error: units are not lots
    expect(lotsToCents(units(0.29), BTCUSD)).toBeNaN()
    // @ts-expect-error: cents are not lots
    expect(lotsToCents(wire, 1)).toBeNaN()
    // @ts-expect-error: a bare number is not in cents
    expect(centsToLots(29, BTCUSD)).toEqual(lots(0.29))
    // @ts-expect-error: units are not cents
    expect(centsToLots(units(29), BTCUSD)).toEqual(lots(NaN))
    // @ts-expect-error: lots are not cents
    expect(centsToUnits(lots(29))).toEqual(units(NaN))
    // @ts-expect-error: a bare number is not in units
    expect(unitsToCents(0.29)).toBeNaN()
    // @ts-expect-error: lots are not units
    expect(unitsToCents(lots(0.29))).toBeNaN()
    // @ts-expect-error: a bare number is none of them until it is said to be
    const said: [Lots, Units, Cents, Pips, Price] = [1, 1, 1, 1, 1]
    // @ts-expect-error: a price is no distance
    const distance: Pips = price(1.085)
    // @ts-expect-error: the sum of two volumes is a bare number again
    const sum: Cents = wire + wire
    expect([...said, distance, cents(sum)]).toEqual([1, 1, 1, 1, 1, { price: 1.085 }, 58])
  })

  it('go into a message as the numbers they are', () => {
    const volume: number = lotsToCents(lots(0.1), EURUSD)
    expect(JSON.stringify({ volume })).toBe('{"volume":1000000}')
  })
})

describe('relative distances', () => {
  it.each([
    [0.00201, 5, 201],
    [0.0020100000000000001, 5, 201],
    [1.13955 - 1.13754, 5, 201],
    [0.2013, 2, 20_000],
    [0.205, 2, 21_000],
    [1.005, 2, 101_000],
    [150, 0, 15_000_000],
    [1.5, 0, 200_000],
    [0.3, 1, 30_000],
    [0.0049, 2, 0],
    [0.0000123, 6, 1],
  ])('%d with %d digits is %d', (distance, digits, relative) => {
    expect(relativeDistance(distance, digits)).toBe(relative)
  })

  it('are on the grid of the symbol, and the nearest there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 14 }), anyDigits, (m, digits) => {
        const relative = relativeDistance(m / 10 ** 7, digits)
        const grid = 10 ** (5 - digits)
        expect(relative % grid).toBe(0)
        expect(Math.abs(relative * 100 - m)).toBeLessThanOrEqual((grid * 100) / 2)
      }),
    )
  })

  it('are exact for the difference of two prices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), fc.integer({ min: 0, max: 10 ** 10 }), (a, b) => {
        expect(relativeDistance(toPrice(a) - toPrice(b), 5)).toBe(a - b)
      }),
    )
  })
})

describe('money', () => {
  it.each([
    [-139, 2, -1.39, '-1.39'],
    [-278, 2, -2.78, '-2.78'],
    [-130, 2, -1.3, '-1.30'],
    [1_000_000, 2, 10_000, '10000.00'],
    [-5, 2, -0.05, '-0.05'],
    [0, 2, 0, '0.00'],
    [7, 0, 7, '7'],
    [-7, 0, -7, '-7'],
    [1, 8, 0.00000001, '0.00000001'],
    [123_456_789, 8, 1.23456789, '1.23456789'],
  ])('%d with %d digits is %d, shown as %s', (amount, moneyDigits, money, shown) => {
    expect(toMoney(amount, moneyDigits)).toBe(money)
    expect(formatMoney(amount, moneyDigits)).toBe(shown)
  })

  it('has no negative zero', () => {
    expect(formatMoney(-0, 2)).toBe('0.00')
    expect(formatMoney(-0, 0)).toBe('0')
  })

  it('is added up as on the wire, and shown then', () => {
    const [before, grossProfit, swap, commission, pnlConversionFee] = [1_000_000, -130, 0, -278, 0] as const
    expect(formatMoney(before + grossProfit + swap + commission + pnlConversionFee, 2)).toBe('9995.92')
    const commissions = Array.from({ length: 3 }, () => -110)
    expect(commissions.reduce((sum, amount) => sum + toMoney(amount, 2), 0)).not.toBe(-3.3)
    expect(
      toMoney(
        commissions.reduce((sum, amount) => sum + amount, 0),
        2,
      ),
    ).toBe(-3.3)
  })

  it.each([
    [NaN, 2, 'NaN'],
    [Infinity, 2, 'Infinity'],
    [-Infinity, 0, '-Infinity'],
    [1e21, 2, '10000000000000000000.00'],
    [-1.5e21, 0, '-1500000000000000000000'],
    [1.5, 2, '0.015'],
    [-123.25, 2, '-1.2325'],
    [0.5, 0, '0.5'],
    [1e-7, 1, '0.00000001'],
    [100, NaN, 'NaN'],
    [100, 1.5, String(toMoney(100, 1.5))],
    [100, -1, '1000'],
  ])('%d with %d digits is shown as %s, for any number (A11)', (amount, moneyDigits, shown) => {
    expect(formatMoney(amount, moneyDigits)).toBe(shown)
  })

  it('has its decimals in their place, of an amount of any size (A11)', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 8 }),
        (amount, moneyDigits) => {
          const shown = formatMoney(amount, moneyDigits)
          expect(shown).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/)
          // The decimal with its point shifted back is the number itself.
          expect(Number(`${shown}e${moneyDigits}`)).toBe(amount === 0 ? 0 : amount)
        },
      ),
    )
  })

  it('loses no digit as text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }), (amount, moneyDigits) => {
        const shown = formatMoney(amount, moneyDigits)
        const [whole = '', fraction = ''] = shown.split('.')
        expect(shown).toMatch(/^(-(?!0(\.0*)?$))?(0|[1-9]\d*)(\.\d+)?$/)
        expect(fraction).toHaveLength(moneyDigits)
        expect(BigInt(whole + fraction)).toBe(BigInt(amount))
      }),
    )
  })
})

describe('bars', () => {
  const historical = {
    volume: 1234,
    low: 113900,
    deltaOpen: 10,
    deltaClose: 32,
    deltaHigh: 55,
    utcTimestampInMinutes: 28_333_333,
  }

  it('are read from low and deltas', () => {
    expect(toBar(historical)).toStrictEqual({
      timestamp: 1_699_999_980_000,
      volume: 1234,
      open: 1.1391,
      high: 1.13955,
      low: 1.139,
      close: 1.13932,
    })
  })

  it('have a period but no close while they form', () => {
    const live = {
      volume: 2,
      period: ProtoOATrendbarPeriod.M5,
      low: 113900,
      deltaOpen: 0,
      deltaHigh: 0,
      utcTimestampInMinutes: 28_333_333,
    }
    expect(toBar(live)).toStrictEqual({
      timestamp: 1_699_999_980_000,
      period: ProtoOATrendbarPeriod.M5,
      volume: 2,
      open: 1.139,
      high: 1.139,
      low: 1.139,
    })
  })

  it('close at the low where deltaClose is 0', () => {
    expect(toBar({ ...historical, deltaClose: 0 })).toHaveProperty('close', 1.139)
  })

  it('open at the low where deltaOpen is absent, and have it for a high where deltaHigh is', () => {
    const live = { volume: 1, period: ProtoOATrendbarPeriod.M1, low: 113900, utcTimestampInMinutes: 1 }
    expect(toBar(live)).toStrictEqual({
      timestamp: 60_000,
      period: ProtoOATrendbarPeriod.M1,
      volume: 1,
      open: 1.139,
      high: 1.139,
      low: 1.139,
    })
  })

  it('of history close at their low where deltaClose is absent (A9)', () => {
    const { deltaClose, ...rest } = historical
    expect(deltaClose).toBeDefined()
    expect(toBar(rest)).toHaveProperty('close', 1.139)
  })

  it('are never lower at their high than at their open or close, for any answer of the server (A9)', () => {
    const bar = { volume: 1, low: 135395, utcTimestampInMinutes: 1 }
    expect(toBar({ ...bar, deltaOpen: 49, deltaClose: 0, deltaHigh: 0 })).toMatchObject({
      open: 1.35444,
      high: 1.35444,
      low: 1.35395,
      close: 1.35395,
    })
    expect(toBar({ ...bar, deltaOpen: 49, deltaClose: 0 })).toHaveProperty('high', 1.35444)
    expect(toBar({ ...bar, deltaClose: 7 })).toHaveProperty('high', 1.35402)
  })

  it('do not exist without low or time', () => {
    expect(toBar({ volume: 1, utcTimestampInMinutes: 1 })).toBeUndefined()
    expect(toBar({ volume: 1, low: 113900 })).toBeUndefined()
    expect(toBar({ volume: 1 })).toBeUndefined()
  })

  it('keep open and close between low and high, each a decimal of five places', () => {
    const deltas = fc.integer({ min: 0, max: 10 ** 9 })
    fc.assert(
      fc.property(wirePrices, deltas, deltas, deltas, (low, deltaOpen, deltaClose, above) => {
        const deltaHigh = Math.max(deltaOpen, deltaClose) + above
        const trendbar = { volume: 1, low, deltaOpen, deltaClose, deltaHigh, utcTimestampInMinutes: 1 }
        const { open = NaN, high = NaN, low: bottom = NaN, close = NaN } = toBar(trendbar) ?? {}
        expect(bottom <= open && open <= high).toBe(true)
        expect(bottom <= close && close <= high).toBe(true)
        expect([bottom, open, close, high].map(String)).toEqual(
          [0, deltaOpen, deltaClose, deltaHigh].map(delta => decimal(low + delta, 5)),
        )
      }),
    )
  })
})

describe('ticks', () => {
  /** As the server writes a list: newest first, then differences of both fields. */
  const encoded = (oldestFirst: readonly ProtoOATickData[]): ProtoOATickData[] => {
    const newestFirst = [...oldestFirst].reverse()
    return newestFirst.map(({ timestamp, tick }, index) => {
      const newer = newestFirst[index - 1] ?? { timestamp: 0, tick: 0 }
      return { timestamp: timestamp - newer.timestamp, tick: tick - newer.tick }
    })
  }

  it('are summed up from the newest, and given oldest first', () => {
    const tickData = [
      { timestamp: 1_700_000_000_000, tick: 113955 },
      { timestamp: -250, tick: 2 },
      { timestamp: 0, tick: -7 },
      { timestamp: -1000, tick: 0 },
    ]
    expect(toTicks(tickData)).toStrictEqual([
      { timestamp: 1_699_999_998_750, price: 1.1395 },
      { timestamp: 1_699_999_999_750, price: 1.1395 },
      { timestamp: 1_699_999_999_750, price: 1.13957 },
      { timestamp: 1_700_000_000_000, price: 1.13955 },
    ])
    expect(tickData[0]).toEqual({ timestamp: 1_700_000_000_000, tick: 113955 })
  })

  it('are an empty list for an empty list', () => {
    expect(toTicks([])).toEqual([])
  })

  it('are those that were encoded, without a digit more', () => {
    const tick = fc.record({ timestamp: fc.integer({ min: 0, max: 4 * 10 ** 12 }), tick: wirePrices })
    fc.assert(
      fc.property(fc.array(tick), ticks => {
        ticks.sort((a, b) => a.timestamp - b.timestamp)
        expect(toTicks(encoded(ticks)).map(({ timestamp, price }) => [timestamp, String(price)])).toEqual(
          ticks.map(({ timestamp, tick }) => [timestamp, decimal(tick, 5)]),
        )
      }),
    )
  })
})
