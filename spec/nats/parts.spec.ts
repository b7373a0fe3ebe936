import * as fc from 'fast-check'
import { createJoiner, toParts } from '../../src/nats/connection/parts'

const encoder = new TextEncoder()
const received = (part: string | Uint8Array) => {
  const data = typeof part === 'string' ? encoder.encode(part) : part
  return { data, string: () => new TextDecoder().decode(data) }
}
let ids = 0
const nextId = (): string => `id${(ids += 1)}`

describe('a text that is longer than the server takes', () => {
  it('comes whole out of its parts, also between those of others', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.integer({ min: 80, max: 200 }), (texts, limit) => {
        const waiting = texts.map(one => [...toParts(one, limit, nextId)])
        for (const part of waiting.flat()) expect(received(part).data.length).toBeLessThanOrEqual(limit)
        const textOf = createJoiner()
        const came: (string | undefined)[] = []
        while (waiting.some(parts => parts.length > 0))
          for (const parts of waiting) {
            const part = parts.shift()
            const whole = part === undefined ? undefined : textOf(received(part))
            if (whole !== undefined) came.push(whole)
          }
        const asSent = texts.map(one => received(one).string())
        expect(came.sort()).toEqual(asSent.sort())
      }),
    )
  })

  it('is left out where a part of it is missing, and leaves nothing behind', () => {
    const textOf = createJoiner()
    const [first = '', , ...rest] = toParts('x'.repeat(300), 100, nextId)
    expect([first, ...rest].map(part => textOf(received(part)))).toEqual(
      [first, ...rest].map(() => undefined),
    )
    expect(textOf(received('next'))).toBe('next')
  })
})
