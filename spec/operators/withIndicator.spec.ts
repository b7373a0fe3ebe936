import fc from 'fast-check'
import { from, lastValueFrom, toArray } from 'rxjs'
import { ATR, EMA, SMA } from 'trading-signals'
import { candles, withIndicator } from 'rx-ctrader'
import { marbles } from 'rx-ctrader/testing'

interface Step {
  readonly timestamp: number
  readonly close: number
}

const sma = (closes: readonly number[], count: number): number =>
  closes.slice(-count).reduce((sum, close) => sum + close, 0) / count

describe('withIndicator', () => {
  it('has no value until the indicator has had enough bars', async () => {
    const bars = [1, 2, 6].map((close, timestamp) => ({ timestamp, close }))
    const seen$ = from(bars).pipe(
      withIndicator(
        () => new SMA(2),
        ({ close }) => close,
      ),
      toArray(),
    )
    expect((await lastValueFrom(seen$)).map(({ value }) => value)).toEqual([undefined, 1.5, 4])
  })

  it('is the value over the last bars, with the forming one once, as it is now', async () => {
    const stepsArb = fc.array(fc.record({ isNew: fc.boolean(), close: fc.integer({ min: 1, max: 1_000 }) }), {
      minLength: 1,
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(stepsArb, fc.integer({ min: 1, max: 5 }), async (steps, count) => {
        let timestamp = 0
        const bars = steps.map(({ isNew, close }): Step => ({
          timestamp: isNew ? ++timestamp : timestamp,
          close,
        }))
        const seen = await lastValueFrom(
          from(bars).pipe(
            withIndicator(
              () => new SMA(count),
              ({ close }) => close,
            ),
            toArray(),
          ),
        )
        bars.forEach((_, i) => {
          const latest = new Map(bars.slice(0, i + 1).map(bar => [bar.timestamp, bar.close]))
          const expected = latest.size < count ? -1 : sma([...latest.values()], count)
          expect(seen[i]?.value ?? -1).toBeCloseTo(expected, 8)
        })
      }),
    )
  })

  it('begins anew for each subscription', async () => {
    const value$ = from([{ timestamp: 1, close: 3 }]).pipe(
      withIndicator(
        () => new EMA(1),
        ({ close }) => close,
      ),
    )
    expect(await lastValueFrom(value$)).toEqual(await lastValueFrom(value$))
  })

  it('takes whole bars, and the history of candles', () => {
    marbles(({ account, expectObservable }) => {
      const range$ = candles(account, 'EURUSD', 'M1', { history: 14 }).pipe(
        withIndicator(
          () => new ATR(14),
          bar => bar,
        ),
      )
      const found: unknown = expect.objectContaining({ value: expect.any(Number) as unknown })
      const none: unknown = expect.objectContaining({ value: undefined })
      expectObservable(range$, '^ 1s !').toBe(`(${'n'.repeat(13)}ff)`, { n: none, f: found })
    })
  })
})
