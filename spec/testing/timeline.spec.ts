import fc from 'fast-check'
import { TestScheduler } from 'rxjs/testing'
import { timeline } from '../../src/testing/drawing/timeline'

const tokenArb = fc.oneof(
  fc.constantFrom('a', 'b', '-', '---', '(ab)', '(a b)', '( a  b)', ' ', '  '),
  fc.constantFrom('12ms', '1s', '0.5s', '2m').map(time => ` ${time} `),
)

/** As RxJS reads a whole diagram. */
const read = (marbles: string) =>
  TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).flatMap(({ frame, notification }) =>
    notification.kind === 'N' ? [{ at: frame, value: notification.value as unknown }] : [],
  )

describe('a diagram', () => {
  it('means what it means to RxJS, however long it is', () => {
    fc.assert(
      fc.property(
        fc.array(tokenArb, { maxLength: 1_000, size: 'max' }),
        fc.boolean(),
        (tokens, completes) => {
          const marbles = `${tokens.join('')}${completes ? '|' : ''}`
          expect(timeline(marbles, letter => letter)).toEqual(read(marbles))
        },
      ),
      { numRuns: 30, endOnFailure: true },
    )
  })

  it('has no subscription and no error', () => {
    const long = ' 1ms a'.repeat(1_000)
    expect(() => timeline(`${long} ^`, letter => letter)).toThrow("'^' has no meaning here")
    expect(() => timeline(`${long} #`, letter => letter)).toThrow('draw what goes wrong with broker.faults')
  })
})
