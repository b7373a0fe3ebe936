import { filter, map, take } from 'rxjs'
import { placeOrder, symbols, units } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { ListedSymbol, SimulatorOptions } from 'rx-ctrader/simulator'
import { ProtoOACommissionType } from '../../../../src/protocol/messages/enums'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../../support/account'

const NOON = Date.UTC(2026, 0, 7, 12)
const owned = (accountId: number) => ({
  accountId,
  isLive: false,
  traderLogin: accountId,
  brokerTitleShort: 'Simulator',
})
type Own = NonNullable<SimulatorOptions['symbols']>[number]

const brokerWith = (...symbols: readonly Own[]) => createSimulator({ symbols, start: NOON })
const listed = (name: string, ...symbols: readonly Own[]): ListedSymbol | undefined =>
  brokerWith(...symbols).market.catalogue.symbols.find(({ light }) => light.symbolName === name)

describe('symbols of one’s own', () => {
  it('are the list of an account, so that it has other names than the next one', () => {
    marbles(
      ({ account, client, expectObservable }) => {
        const other = client.account({ accountId: 2, accessToken: 'demo' })
        const namesOf = (owner: Account) =>
          symbols(owner).pipe(map(({ all }) => all.map(({ symbolName }) => symbolName)))
        expectObservable(namesOf(other).pipe(take(1))).toBe('(n|)', { n: ['USDJPY', 'EURUSD.r'] })
        expectObservable(namesOf(account).pipe(take(1))).toBe('(n|)', {
          n: expect.arrayContaining(['EURUSD', 'EURUSD.r', 'GBPUSD']) as unknown,
        })
        const bought = { symbol: 'EURUSD.r', side: 'buy', type: 'market', volume: units(1_000) } as const
        const filled$ = placeOrder(other, bought).pipe(
          filter(({ status }) => status === 'filled'),
          map(({ status }) => status),
        )
        expectObservable(filled$, '^ 5s !').toBe('250ms (f|)', { f: 'filled' })
      },
      {
        simulator: {
          symbols: [{ name: 'EURUSD.r' }],
          fills: { latency: 250 },
          accounts: [owned(ACCOUNT), { ...owned(2), symbols: ['EURUSD.r', 'USDJPY'] }],
          grants: [{ accessToken: 'demo', refreshToken: 'r', accountIds: [ACCOUNT, 2], permissionScope: 1 }],
        },
      },
    )
  })

  it.each([
    ['accounts.0.symbols.1', ['EURUSD', 'EURUSD.r']],
    ['accounts.0.symbols', 'EURUSD' as never],
  ])('are named where they are not there: %s', (option, names) => {
    expect(() => createSimulator({ accounts: [{ ...owned(ACCOUNT), symbols: names }] })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it('are like the symbol with the same assets, with its prices', () => {
    const { market } = brokerWith({ name: 'EURUSD.r' })
    const own = listed('EURUSD.r', { name: 'EURUSD.r' })
    expect(own?.light).toMatchObject({ symbolId: 10_001, baseAssetId: 2, quoteAssetId: 1 })
    expect(own?.terms).toEqual({ ...market.symbol(1)?.terms, symbolId: 10_001 })
    const quote = market.quoteAt(10_001, NOON)
    expect(quote.bid).toBeGreaterThan(market.quoteAt(1, NOON).bid * 0.99)
    expect(quote.bid).toBeLessThan(market.quoteAt(1, NOON).bid * 1.01)
  })

  it('have the terms that are given, in a trader’s units', () => {
    const own = listed('GER40', {
      name: 'GER40',
      like: 'DE40',
      digits: 2,
      pipPosition: 1,
      lotSize: 25,
      volumes: { min: 1, step: 0.5, max: 1000 },
      commission: { percent: 0.01 },
      swap: { long: -10, short: 2 },
      schedule: [{ startSecond: 86_400, endSecond: 172_800 }],
    })
    expect(own?.terms).toMatchObject({
      digits: 2,
      pipPosition: 1,
      lotSize: 2_500,
      minVolume: 100,
      stepVolume: 50,
      maxVolume: 100_000,
      commissionType: ProtoOACommissionType.PERCENTAGE_OF_VALUE,
      preciseTradingCommissionRate: 1_000,
      swapLong: -10,
      swapShort: 2,
      schedule: [{ startSecond: 86_400, endSecond: 172_800 }],
    })
  })

  it('change the terms of a symbol that is there', () => {
    const { market } = brokerWith({ name: 'EURUSD', commission: 0, swap: 0 })
    expect(market.catalogue.symbols.filter(({ light }) => light.symbolName === 'EURUSD')).toHaveLength(1)
    expect(market.symbol(1)?.terms).toMatchObject({
      preciseTradingCommissionRate: 0,
      swapLong: 0,
      swapShort: 0,
    })
  })

  it('have assets of their own', () => {
    const { market } = createSimulator({
      symbols: [{ name: 'SPX', base: 'SPX', quote: 'USD', digits: 1, lotSize: 1 }],
      history: [{ symbol: 'SPX', ticks: [{ timestamp: NOON, bid: 6000, ask: 6000.5 }] }],
    })
    const [own] = market.catalogue.symbols
    expect(market.catalogue.assets.find(({ assetId }) => assetId === own?.light.baseAssetId)?.name).toBe(
      'SPX',
    )
    expect(market.quoteAt(own?.light.symbolId ?? 0, NOON)).toEqual({
      bid: 600_000_000,
      ask: 600_050_000,
      at: NOON,
    })
  })

  it.each<[string, Own]>([
    ['symbols.0.name', { name: '' }],
    ['symbols.0.like', { name: 'X', like: 'NONE' }],
    ['symbols.0.digits', { name: 'EURUSD', digits: 6 }],
    ['symbols.0.lotSize', { name: 'EURUSD', lotSize: -1 }],
    ['symbols.0.quote', { name: 'SPX' }],
    ['symbols.0.commission', { name: 'EURUSD', commission: 5 as never }],
    ['symbols.0.commission.percent', { name: 'EURUSD', commission: { percent: '1' as never } }],
    ['symbols.0.swap.short', { name: 'EURUSD', swap: { long: 1 } as never }],
    ['symbols.0.volumes.minimum', { name: 'EURUSD', volumes: { minimum: 1 } as never }],
    // Its prices are not known.
    ['symbols.0', { name: 'ABCDEF' }],
    ['symbols.0.swaps', { name: 'EURUSD', swaps: 0 } as Own],
  ])('names %s in an error', (option, own) => {
    expect(() => brokerWith(own)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })
})
