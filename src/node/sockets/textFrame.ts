/** The first byte of a text in one piece (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81
const SHORT = 126
const MEDIUM = 65_536

/** The frame of a text as a server sends it: unmasked, not compressed, in one piece. */
export const textFrame = (text: string): Buffer => {
  const length = Buffer.byteLength(text)
  const head = length < SHORT ? 2 : length < MEDIUM ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = WHOLE_TEXT
  if (head === 2) frame[1] = length
  if (head === 4) {
    frame[1] = SHORT
    frame.writeUInt16BE(length, 2)
  }
  if (head === 10) {
    frame[1] = SHORT + 1
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, head)
  return frame
}

/** Keeps the last frame: a price for many clients is made once, and sent to one after the other. */
export const createFrameCache = (): ((text: string) => Buffer) => {
  let last: { readonly text: string; readonly frame: Buffer } | undefined
  return text => {
    if (last?.text !== text) last = { text, frame: textFrame(text) }
    return last.frame
  }
}
