import * as fc from 'fast-check'
import type { ProtoOALightSymbol } from 'rx-ctrader'
import { createCatalogue, nearestNames } from '../../../src/streams/symbols/symbolNames'

/** How many names: `SYMBOLS_RUNS=20000 npx jest symbolNames` for many more. */
const RUNS = Number(process.env['SYMBOLS_RUNS'] ?? 500)

const listOf = (...names: (string | undefined)[]): ProtoOALightSymbol[] =>
  names.map((symbolName, i) => ({ symbolId: i + 1, ...(symbolName !== undefined && { symbolName }) }))

describe('a catalogue', () => {
  const { all, get } = createCatalogue(listOf('EURUSD', 'AAPL.US', 'US 500', 'BTC-USD', undefined))

  it.each([
    ['EURUSD', 1],
    ['EUR/USD', 1],
    ['eurusd', 1],
    ['eur usd', 1],
    ['EUR_USD', 1],
    ['AAPL.US', 2],
    ['aapl.us', 2],
    ['AAPLUS', 2],
    ['us500', 3],
    ['BTC/USD', 4],
    [1, 1],
    [5, 5],
  ])('finds %j', (idOrName, symbolId) => {
    expect(get(idOrName)?.symbolId).toBe(symbolId)
  })

  it.each(['', '/', 'AAPL', 'EURUS', 'EURUSDX', '1', 6, 0, NaN])('does not find %j', idOrName => {
    expect(get(idOrName)).toBeUndefined()
  })

  it('has all symbols as they are listed', () => {
    expect(all.map(({ symbolId }) => symbolId)).toEqual([1, 2, 3, 4, 5])
  })

  it('of names that are alike takes the one that is written as asked for', () => {
    const alike = createCatalogue(listOf('EURUSD.', 'EURUSD', 'eurusd'))
    expect(['EURUSD.', 'EURUSD', 'eurusd', 'eurusd.'].map(name => alike.get(name)?.symbolId)).toEqual([
      1, 2, 3, 1,
    ])
  })

  it('takes none of several that may be meant', () => {
    const alike = createCatalogue(listOf('EURUSD.', 'EUR_USD'))
    expect(alike.get('EUR/USD')).toBeUndefined()
    expect(alike.get('eur_usd')?.symbolId).toBe(2)
  })

  it('finds every name of any list as it is written', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', 'B', '.', '/', ' ', '-', '#', '1'),
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), names => {
        const found = createCatalogue(listOf(...names))
        expect(names.map(written => found.get(written)?.symbolName)).toEqual(names)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('the nearest names', () => {
  const names = ['AUDUSD', 'GBPUSD', 'EURUSD', 'EURJPY', 'XAUUSD', 'AAPL.US']

  it.each([
    ['EURUSDD', 'EURUSD'],
    ['ERUSD', 'EURUSD'],
    ['eur/usx', 'EURUSD'],
    ['APL.US', 'AAPL.US'],
    ['EURJPX', 'EURJPY'],
  ])('to %s begin with %s', (name, nearest) => {
    expect(nearestNames(name, names)[0]).toBe(nearest)
  })

  it('are three, the nearest first, and of those as near in the order of the list', () => {
    expect(nearestNames('EURUSX', names)).toEqual(['EURUSD', 'AUDUSD', 'EURJPY'])
  })

  it('are fewer where there are fewer', () => {
    expect(nearestNames('X', ['Y'])).toEqual(['Y'])
    expect(nearestNames('X', [])).toEqual([])
  })

  it('are those that take the fewest changes, as by the definition of that', () => {
    const distance = (a: string, b: string): number =>
      a === '' || b === ''
        ? a.length + b.length
        : Math.min(
            distance(a.slice(1), b) + 1,
            distance(a, b.slice(1)) + 1,
            distance(a.slice(1), b.slice(1)) + (a.charCodeAt(0) === b.charCodeAt(0) ? 0 : 1),
          )
    const word = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), maxLength: 5 })
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 5 }), (name, others) => {
        const far = others.map(other => distance(name, other)).sort((a, b) => a - b)
        expect(nearestNames(name, others).map(other => distance(name, other))).toEqual(far.slice(0, 3))
      }),
      { numRuns: RUNS },
    )
  })
})
