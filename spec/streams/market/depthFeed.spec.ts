import * as fc from 'fast-check'
import { Subject } from 'rxjs'
import { toBook } from 'rx-ctrader'
import type { OrderBook, ProtoOADepthEvent } from 'rx-ctrader'
import { depthFeed } from '../../../src/streams/market/depthFeed'
import type { DepthFeed } from '../../../src/streams/market/depthFeed'

const RUNS = Number(process.env['DEPTH_LINE_RUNS'] ?? 200)

const id = fc.integer({ min: 1, max: 12 })
const price = fc.integer({ min: 0, max: 6 })
const event: fc.Arbitrary<ProtoOADepthEvent> = fc
  .record(
    {
      newQuotes: fc.array(
        fc
          .record({ id, size: fc.nat(3), side: fc.constantFrom('bid', 'ask', 'neither'), price })
          .map(quote => ({ id: quote.id, size: quote.size, [quote.side]: quote.price })),
      ),
      deletedQuotes: fc.array(id),
    },
    { requiredKeys: [] },
  )
  .map(change => ({ ctidTraderAccountId: 7, symbolId: 1, ...change }))

it('has for a late consumer the book that was made from the beginning, and goes on with it', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1 }), fc.array(event), (before, after) => {
      const event$ = new Subject<ProtoOADepthEvent>()
      const lines: DepthFeed[] = []
      const listening = depthFeed(event$).subscribe(line => lines.push(line))
      let whole: OrderBook | undefined
      event$.pipe(toBook()).subscribe(book => {
        whole = book
      })
      for (const change of before) event$.next(change)

      const late: OrderBook[] = []
      listening.add(lines[0]?.book$.subscribe(book => late.push(book)))
      expect(late).toEqual([whole])
      for (const change of after) {
        event$.next(change)
        expect(late.at(-1)).toEqual(whole)
      }
      expect(late).toHaveLength(1 + after.length)

      listening.unsubscribe()
      event$.next({ ctidTraderAccountId: 7, symbolId: 1 })
      expect(late).toHaveLength(1 + after.length)
    }),
    { numRuns: RUNS },
  )
})
