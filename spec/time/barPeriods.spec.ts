import { ProtoOATrendbarPeriod, periodName } from 'rx-ctrader'
import type { Period } from 'rx-ctrader'
import { periodFault, toPeriodNumber } from '../../src/time/barPeriods'

describe('a period', () => {
  it('is known by its name and by its number', () => {
    for (const [name, number] of Object.entries(ProtoOATrendbarPeriod)) {
      expect(toPeriodNumber(name as Period)).toBe(number)
      expect(toPeriodNumber(number)).toBe(number)
      expect(periodName(number)).toBe(name)
    }
  })

  it.each(['m1', '1', 'toString', '', 0, 15, NaN, null, undefined])('is not %p', given => {
    const message = /period.* must be one of M1, M2, M3, M4, M5, M10, M15, M30, H1, H4, H12, D1, W1, MN1/
    expect(periodFault(given as Period)?.message).toMatch(message)
    expect(() => toPeriodNumber(given as Period)).toThrow(message)
    expect(() => periodName(given as ProtoOATrendbarPeriod)).toThrow(message)
  })
})
