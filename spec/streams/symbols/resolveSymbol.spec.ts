import { config } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { resolveSymbol } from '../../../src/streams/symbols/resolveSymbol'
import { scene } from '../../support/accountScene'

const EURUSD = 1

const AAPL = 201

const NO_SYMBOL = 4711

const LIST = PayloadType.PROTO_OA_SYMBOLS_LIST_REQ

afterEach(() => {
  config.onUnhandledError = null
})

describe('symbolIdOf', () => {
  it('takes a number as it is, and asks nothing', () => {
    scene(({ account, asked, at, watch }) => {
      expect(watch(resolveSymbol(account, NO_SYMBOL))).toMatchObject({ values: [NO_SYMBOL], completed: true })
      at(5_000, () => {
        expect(asked()).toEqual([])
      })
    })
  })

  it('errors for a number that can be no id', () => {
    scene(({ account, at, watch }) => {
      const seen = [NaN, 1.5, Infinity].map(symbol => watch(resolveSymbol(account, symbol), 1_000))
      at(900, () => {
        expect(seen.map(({ error }) => error)).toMatchObject(
          [NaN, 1.5, Infinity].map(symbol => ({ reason: 'UnknownSymbol', symbol })),
        )
      })
    })
  })

  it('finds a name however it is written, asks for the list once, and then answers at once', () => {
    scene(({ account, asked, at, watch }) => {
      const names = ['EURUSD', 'EUR/USD', 'eurusd', 'AAPL.US', 'aapl.us']
      const seen = names.map(name => watch(resolveSymbol(account, name)))
      at(5_000, () => {
        expect(seen.map(({ values }) => values)).toEqual([[EURUSD], [EURUSD], [EURUSD], [AAPL], [AAPL]])
        expect(seen.every(({ completed }) => completed)).toBe(true)
        expect(asked()).toEqual([LIST])
        const later = watch(resolveSymbol(account, 'eur-usd'))
        expect(later).toMatchObject({ values: [EURUSD], completed: true })
        expect(asked()).toEqual([])
      })
    })
  })

  it('waits for the line where there is none', () => {
    scene(({ account, asked, at, broker, watch }) => {
      at(1_000, broker.drop)
      at(1_100, () => {
        const seen = watch(resolveSymbol(account, 'EURUSD'))
        at(20_000, () => {
          expect(seen).toMatchObject({ values: [EURUSD], completed: true })
          expect(asked()).toEqual([LIST])
        })
      })
    })
  })

  it('is asked again where the line is lost before the answer', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(resolveSymbol(account, 'EURUSD'))
      broker.fault({ kind: 'swallow', payloadType: LIST, takesEffect: false })
      at(1_000, broker.drop)
      at(20_000, () => {
        expect(seen).toMatchObject({ values: [EURUSD], completed: true })
        expect(asked()).toEqual([LIST, LIST])
      })
    })
  })

  it('errors for a name there is not, with the three that are nearest', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(resolveSymbol(account, 'EURUDS'))
      at(5_000, () => {
        expect(seen.values).toEqual([])
        expect(seen.error).toMatchObject({
          reason: 'UnknownSymbol',
          symbol: 'EURUDS',
          nearest: ['EURUSD', expect.any(String), expect.any(String)] as unknown,
        })
      })
    })
  })
})
