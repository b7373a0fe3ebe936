import { createZoneClock, readTime } from '../../../src/backtest/files/timeReader'

const TEN = Date.UTC(2025, 0, 6, 10)
const utc = (shown: number): number => shown

describe('a time in a file', () => {
  it.each([
    ['1736157600', TEN],
    ['1736157600000', TEN],
    ['1736157600.5', TEN + 500],
    ['20250106 100000', TEN],
    ['202501061000', TEN],
    ['20250106T100000123', TEN + 123],
    ['2025-01-06', Date.UTC(2025, 0, 6)],
    ['2025/1/6 10:00:00.25', TEN + 250],
    ['2025.01.06 10:00', TEN],
    ['2025-01-06T10:00:00Z', TEN],
    ['2025-01-06T12:00:00+02:00', TEN],
    ['2025-01-06T05:00:00-0500', TEN],
    ['06.01.2025', Date.UTC(2025, 0, 6)],
    ['6.1.2025 10:00', TEN],
    ['06.01.2025 10:00:00.007 GMT', TEN + 7],
    ['06.01.2025 08:00:00.000 GMT-0200', TEN],
  ])('%s is read', (text, expected) => {
    expect(readTime(text, utc)).toBe(expected)
  })

  it.each(['', 'yesterday', '2025-02-31', '31.02.2025', '20250231 000000', '2025-01', '10:00'])(
    '%p is not read',
    text => {
      expect(readTime(text, utc)).toBeUndefined()
    },
  )

  it('is that of its zone, where the text names none', () => {
    expect(readTime('2025-01-06 12:00', createZoneClock('Europe/Athens'))).toBe(TEN)
    expect(readTime('06.01.2025 12:00', createZoneClock('New_York+7'))).toBe(TEN)
    expect(readTime('20250106 100000', createZoneClock('UTC'))).toBe(TEN)
  })
})
