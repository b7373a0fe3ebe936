import { concatMap, delay, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOATrendbarPeriod, candles, depth, spots } from 'rx-ctrader'
import type { Account, SymbolIdOrName } from 'rx-ctrader'
import { scene } from '../support/accountScene'

const EURUSD = 1
const streams: readonly (readonly [
  name: string,
  stream: (account: Account, symbol: SymbolIdOrName) => Observable<object>,
])[] = [
  ['spots', spots],
  ['candles', (account, symbol) => candles(account, symbol, ProtoOATrendbarPeriod.M1)],
  ['depth', depth],
]

describe.each(streams)('%s', (_, stream) => {
  it('come in time to one consumer while another is slow, which misses none', () => {
    scene(({ account, at, watch }) => {
      const quick = watch(stream(account, EURUSD), 30_000)
      const slow = watch(
        stream(account, EURUSD).pipe(concatMap(value => of(value).pipe(delay(5_000)))),
        60_000,
      )
      at(30_000, () => {
        expect(quick.values.length).toBeGreaterThan(10)
        expect(slow.values.length).toBeLessThan(7)
      })
      at(59_000, () => {
        expect(slow.values.length).toBeGreaterThan(7)
        expect(slow.values).toEqual(quick.values.slice(0, slow.values.length))
      })
    })
  })

  it('go on, asked for once, when the terms of their symbol change', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(stream(account, 'EURUSD'), 30_000)
      let before = 0
      at(10_000, () => {
        before = seen.values.length
        asked()
        broker.push('{"payloadType":2120,"payload":{"ctidTraderAccountId":12345678,"symbolId":[1]}}')
      })
      at(29_000, () => {
        expect(seen.values.length).toBeGreaterThan(before)
        expect(seen.error).toBeUndefined()
        expect(asked()).toEqual([])
      })
    })
  })
})
