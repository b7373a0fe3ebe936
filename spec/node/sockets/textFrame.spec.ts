import { createFrameCache, textFrame } from '../../../src/node/sockets/textFrame'

/** Reads a frame as RFC 6455 says: the length in 7 bits, in 16 after a 126, or in 64 after a 127. */
const read = (frame: Buffer): string => {
  expect(frame[0]).toBe(0b1000_0001)
  const short = frame[1] ?? NaN
  const [head, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, frame.readUInt16BE(2)]
        : [10, Number(frame.readBigUInt64BE(2))]
  expect(frame).toHaveLength(head + length)
  return frame.toString('utf8', head)
}

describe('the frame of a text', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('has its length, with %d characters', length => {
    const text = 'x'.repeat(length)
    expect(read(textFrame(text))).toBe(text)
  })

  it('counts the bytes of a text, not its characters', () => {
    const text = `${'ä'.repeat(63)}€`
    expect(read(textFrame(text))).toBe(text)
  })

  it('is made once for equal texts in a row', () => {
    const frameOf = createFrameCache()
    const first = frameOf('{"payloadType":51}')
    expect(frameOf(['{"payloadType"', ':51}'].join(''))).toBe(first)
    expect(frameOf('{"payloadType":52}')).not.toBe(first)
    expect(String(frameOf('{"payloadType":51}').subarray(2))).toBe('{"payloadType":51}')
  })
})
