import { ProtoOATradeSide, sideName } from 'rx-ctrader'
import { toSide } from '../../src/protocol/side'

const { BUY, SELL } = ProtoOATradeSide

describe('sideName', () => {
  it.each([
    [BUY, 'buy'],
    [SELL, 'sell'],
  ])('says the side %i in words', (tradeSide, side) => {
    expect(sideName(tradeSide)).toBe(side)
    expect(toSide(tradeSide)).toBe(side)
  })

  it.each([[0], [3], ['BUY'], [undefined]])('refuses %p', given => {
    expect(() => sideName(given as ProtoOATradeSide)).toThrow('tradeSide must be 1 (BUY) or 2 (SELL)')
  })
})
