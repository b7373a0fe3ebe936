import { NEVER } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  candles,
  closeAll,
  createClient,
  deals,
  money,
  pips,
  placeOrder,
  units,
  volumeForRisk,
  warmUp,
} from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import { replay } from 'rx-ctrader/recording'
import { createSimulator } from 'rx-ctrader/simulator'

const account = createClient({ connect: () => NEVER, clientId: 'demo', clientSecret: 'demo' }).account({
  accountId: 12345678,
  accessToken: 'demo',
})
const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) } as const

/** Functions with options, each called with one that is misspelt. */
const calls: readonly (readonly [
  name: string,
  option: string,
  call: (account: Account) => Observable<unknown>,
])[] = [
  ['candles', 'histroy', () => candles(account, 'EURUSD', 'M1', { histroy: 5 } as object)],
  ['deals', 'sicne', () => deals(account, { sicne: 5 } as object)],
  ['warmUp', 'symbol', () => warmUp(account, { symbol: ['EURUSD'] } as object)],
  [
    'volumeForRisk',
    'entyr',
    () => volumeForRisk(account, { symbol: 1, risk: money(5), stopLoss: pips(5), entyr: 1 } as never),
  ],
  ['placeOrder', 'jounal', () => placeOrder(account, order, { jounal: 1 } as object)],
  ['closeAll', 'canclePending', () => closeAll(account, { canclePending: true } as object)],
  ['serveSimulator', 'prot', () => serveSimulator(createSimulator(), { prot: 0 } as object)],
]

describe('an option that is misspelt is refused, and not ignored', () => {
  it.each(calls)('by %s: %s', (_, option, call) => {
    let error: unknown
    call(account)
      .subscribe({ error: (refused: unknown) => (error = refused) })
      .unsubscribe()
    expect(error).toMatchObject({ reason: 'InvalidOption', option })
  })

  it('by replay', () => {
    expect(() => replay('{"at":0,"line":"connecting"}', { sped: 2 } as object)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option: 'sped' }) as Error,
    )
  })

  it('by warmUp also where a symbol is neither a name nor an id', () => {
    let error: unknown
    warmUp(account, { symbols: [{}] as never }).subscribe({ error: (refused: unknown) => (error = refused) })
    expect(error).toMatchObject({ reason: 'InvalidOption', option: 'symbols.0' })
  })
})
