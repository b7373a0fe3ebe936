import { config } from 'rxjs'
import { PayloadType, symbol, symbols } from 'rx-ctrader'
import type { SymbolCatalogue } from 'rx-ctrader'
import { resolveSymbol } from '../../../src/streams/symbols/resolveSymbol'
import { scene } from '../../support/accountScene'
import { inVirtualTime } from '../../support/virtualTime'
import { symbolsServer } from './symbolsServer'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_SYMBOLS_LIST_RES,
} = PayloadType

const EURUSD = 1

const NO_SYMBOL = 4711

const LIST = PayloadType.PROTO_OA_SYMBOLS_LIST_REQ

const BY_ID = PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ

const idsIn = ({ all }: SymbolCatalogue): number[] => all.map(({ symbolId }) => symbolId)

afterEach(() => {
  config.onUnhandledError = null
})

describe('symbols', () => {
  it('has all symbols of the account, by id and by name', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(symbols(account))
      at(1_000, () => {
        const lights = broker.market.catalogue.symbols.map(({ light }) => light)
        const [catalogue] = seen.values
        expect(catalogue?.all).toEqual(lights)
        for (const light of lights) {
          expect(catalogue?.get(light.symbolId)).toEqual(light)
          expect(catalogue?.get(light.symbolName)).toEqual(light)
          expect(catalogue?.get(light.symbolName.toLowerCase())).toEqual(light)
        }
        expect(catalogue?.get('EUR/USD')?.symbolId).toBe(EURUSD)
        expect(catalogue?.get(NO_SYMBOL)).toBeUndefined()
        expect(catalogue?.get('DOGEUSD')).toBeUndefined()
      })
    })
  })

  it('asks once for all who want it, gives late ones what is known at once, and those after the last', () => {
    scene(({ account, asked, at, watch }) => {
      const first = [5_000, 10_000].map(until => watch(symbols(account), until))
      at(1_000, () => {
        expect(asked()).toEqual([LIST])
        expect(watch(symbols(account), 1_000).values).toEqual(first[0]?.values)
      })
      at(20_000, () => {
        const late = watch(symbols(account), 1_000)
        expect(late.values).toEqual(first[0]?.values)
        expect(late.values).toHaveLength(1)
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks again after a lost line, and is silent where nothing has changed', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(symbols(account), 60_000)
      at(5_000, () => {
        asked()
        broker.drop()
        // Who comes while the line is away gets what was known.
        expect(watch(symbols(account), 100).values).toHaveLength(1)
      })
      at(30_000, () => {
        expect(asked()).toEqual([LIST])
        expect(seen.values).toHaveLength(1)
        expect(seen.error).toBeUndefined()
      })
    })
  })

  it('emits again after a lost line where something has changed', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, server } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      const seen = watch(symbols(account), 20_000)
      at(1_000, () => {
        lights.delete(2)
        server.lines[0]?.end()
      })
      at(10_000, () => {
        expect(seen.values.map(idsIn)).toEqual([[1, 2], [1]])
        expect(asked()).toEqual([[LIST], [LIST]])
      })
    })
  })

  it('asks again, and emits, when the server says that symbols have changed', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, tellChanged } = symbolsServer({ 1: 'EURUSD' })
      const seen = watch(symbols(account), 20_000)
      at(1_000, () => {
        lights.set(1, { symbolId: 1, symbolName: 'EURUSD', enabled: false })
        tellChanged(1)
        expect(seen.values.map(({ get }) => get('EURUSD')?.enabled)).toEqual([undefined, false])
        expect(asked()).toEqual([[LIST], [LIST]])
        // Nothing that can be seen here.
        tellChanged(1)
        expect(asked()).toEqual([[LIST]])
        expect(seen.values).toHaveLength(2)
      })
    })
  })

  it('is empty for an account without symbols, until the server says that there are some', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, tellChanged } = symbolsServer({})
      const seen = watch(symbols(account), 20_000)
      const unknown = watch(resolveSymbol(account, 'EURUSD'))
      at(1_000, () => {
        expect(unknown.error).toMatchObject({ reason: 'UnknownSymbol', nearest: [] })
        lights.set(1, { symbolId: 1, symbolName: 'EURUSD' })
        // Which ones, it need not say.
        tellChanged()
        expect(seen.values.map(idsIn)).toEqual([[], [1]])
        expect(asked()).toEqual([[LIST], [LIST]])
      })
    })
  })

  it('asks nothing when symbols have changed without a consumer, and then anew', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, tellChanged } = symbolsServer({ 1: 'EURUSD' })
      watch(account.accountAuth$, 20_000)
      watch(symbols(account), 1_000)
      at(2_000, () => {
        asked()
        lights.set(2, { symbolId: 2, symbolName: 'GBPUSD' })
        tellChanged(2)
        expect(asked()).toEqual([])
        expect(watch(symbols(account), 1_000).values.map(idsIn)).toEqual([[1, 2]])
        expect(asked()).toEqual([[LIST]])
      })
    })
  })

  it('does not take an answer for good that was under way when the symbols changed', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = symbolsServer({ 1: 'EURUSD' })
      const { account, asked, lights, server, tellChanged } = scripted
      const held: (string | undefined)[] = []
      scripted.instead = ({ clientMsgId, payloadType }) => {
        if (payloadType !== LIST || held.length > 0) return false
        held.push(clientMsgId)
        return true
      }
      const seen = watch(symbols(account), 10_000)
      at(1_000, () => {
        const old = { ctidTraderAccountId: 12345678, symbol: [...lights.values()] }
        lights.set(2, { symbolId: 2, symbolName: 'GBPUSD' })
        tellChanged(2)
        server.lines[0]?.say({ payloadType: PROTO_OA_SYMBOLS_LIST_RES, clientMsgId: held[0], payload: old })
        expect(asked()).toEqual([[LIST], [LIST]])
        expect(seen.values.map(idsIn)).toEqual([[1, 2]])
      })
    })
  })

  it('is asked again where the server cannot now, and errors where it never will', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: LIST, errorCode: 'CANT_ROUTE_REQUEST', times: 2 })
      const seen = watch(symbols(account), 20_000)
      at(2_000, () => {
        expect(seen.values).toEqual([])
      })
      at(19_000, () => {
        expect(asked()).toEqual([LIST, LIST, LIST])
        expect(seen.values).toHaveLength(1)
      })
      at(30_000, () => {
        broker.drop()
        broker.fault({ kind: 'refuse', payloadType: LIST, errorCode: 'UNSUPPORTED_MESSAGE' })
        const refused = watch(symbols(account), 10_000)
        at(9_000, () => {
          expect(refused.error).toMatchObject({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
          // The error is not what is known from now on.
          expect(watch(symbols(account), 500).error).toBeUndefined()
        })
        at(9_900, () => {
          expect(watch(symbols(account), 10).values).toHaveLength(1)
        })
      })
    })
  })

  it('is the same at the weekend, when all markets are closed', () => {
    scene(
      ({ account, at, broker, watch }) => {
        const seen = watch(symbols(account), 5_000)
        at(4_000, () => {
          expect(seen.values.map(({ all }) => all.length)).toEqual([broker.market.catalogue.symbols.length])
        })
      },
      { start: Date.UTC(2026, 0, 10, 12) },
    )
  })

  it('is harmed by no consumer that throws, or leaves on the first value', () => {
    const thrown: unknown[] = []
    config.onUnhandledError = error => thrown.push(error)
    inVirtualTime(({ at, watch }) => {
      const { account } = symbolsServer({ 1: 'EURUSD' })
      watch(account.accountAuth$, 20_000)
      const id = watch(resolveSymbol(account, 'EURUSD'))
      const throwing = symbols(account).subscribe(() => {
        throw new Error('its own')
      })
      const other = watch(symbols(account), 10_000)
      at(5_000, () => {
        expect(id).toMatchObject({ values: [1], completed: true })
        expect(other.values).toHaveLength(1)
        throwing.unsubscribe()
      })
    })
    expect(thrown).toEqual([new Error('its own')])
  })

  it('keeps no line open', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, server } = symbolsServer({ 1: 'EURUSD' })
      watch(symbols(account), 1_000)
      at(4_000, () => {
        expect(server.open()).toBe(1)
      })
      at(7_000, () => {
        expect(server.open()).toBe(0)
      })
    })
  })

  it('errors with the account', () => {
    scene(
      ({ account, at, watch }) => {
        const seen = watch(symbols(account), 5_000)
        at(4_000, () => {
          expect(seen.values).toEqual([])
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'CH_CLIENT_AUTH_FAILURE' })
        })
      },
      {},
      { clientSecret: 'wrong' },
    )
  })
})

describe('what is known of the symbols', () => {
  const forgotten = { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }
  const ends: [string, payloadType: number, payload: object][] = [
    ['the account is disconnected', PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId: 12345678 }],
    [
      'its token is worth nothing any more',
      PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
      { ctidTraderAccountIds: [12345678] },
    ],
    ['a request is refused because the account is forgotten', PROTO_OA_ERROR_RES, forgotten],
    ['that is said by a general refusal', 50, forgotten],
    ['that is said to an order', PROTO_OA_ORDER_ERROR_EVENT, { ...forgotten, ctidTraderAccountId: 12345678 }],
  ]

  it.each(ends)('is forgotten where %s', (_, payloadType, payload) => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, server } = symbolsServer({ 1: 'EURUSD' })
      watch(account.accountAuth$, 20_000)
      watch(resolveSymbol(account, 'EURUSD'))
      at(1_000, () => {
        asked()
        watch(resolveSymbol(account, 'EURUSD'))
        expect(asked()).toEqual([])
        // Changes in between are not told.
        lights.set(7, { symbolId: 7, symbolName: 'NEW' })
        server.lines[0]?.say({ payloadType, payload })
      })
      at(10_000, () => {
        const seen = watch(resolveSymbol(account, 'NEW'))
        expect(seen.values).toEqual([7])
        expect(asked()).toEqual([[LIST]])
        expect(server.lines).toHaveLength(1)
      })
    })
  })

  it('is still kept up to date where it was another account that the server had forgotten', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, lights, server, tellChanged } = symbolsServer({ 1: 'EURUSD' })
      const seen = watch(symbols(account), 20_000)
      at(1_000, () => {
        server.lines[0]?.say({ payloadType: PROTO_OA_ERROR_RES, payload: forgotten })
        lights.set(2, { symbolId: 2, symbolName: 'GBPUSD' })
        tellChanged(2)
        expect(seen.values.map(idsIn)).toEqual([[1], [1, 2]])
      })
    })
  })

  it('is asked again where the server forgets the account while it is being asked', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = symbolsServer({ 1: 'EURUSD' })
      const { account, asked, lights, server } = scripted
      let forgot = false
      scripted.instead = ({ clientMsgId, payloadType }, { say }) => {
        if (payloadType !== BY_ID || forgot) return false
        forgot = true
        lights.set(1, { symbolId: 1, symbolName: 'EURUSD', enabled: false })
        const payload = { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }
        say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload })
        return true
      }
      const seen = watch(symbol(account, 1), 20_000)
      at(10_000, () => {
        expect(asked()).toEqual([[LIST], [BY_ID, 1], [LIST], [BY_ID, 1]])
        expect(server.lines).toHaveLength(1)
        expect(seen.values.map(({ enabled }) => enabled)).toEqual([false])
      })
    })
  })

  it('is kept where the server refuses something else', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, server } = symbolsServer({ 1: 'EURUSD' })
      watch(account.accountAuth$, 20_000)
      watch(resolveSymbol(account, 'EURUSD'))
      at(1_000, () => {
        server.lines[0]?.say({ payloadType: PROTO_OA_ERROR_RES, payload: { errorCode: 'INVALID_REQUEST' } })
        server.lines[0]?.say({
          payloadType: PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
          payload: { ctidTraderAccountId: 1 },
        })
        asked()
        expect(watch(resolveSymbol(account, 'EURUSD')).values).toEqual([1])
        expect(asked()).toEqual([])
      })
    })
  })

  it('is of one account alone', () => {
    inVirtualTime(({ at, watch }) => {
      const one = symbolsServer({ 1: 'EURUSD' })
      const other = symbolsServer({ 9: 'EURUSD' })
      const seen = [one, other].map(({ account }) => watch(resolveSymbol(account, 'EURUSD')))
      at(1_000, () => {
        expect(seen.map(({ values }) => values)).toEqual([[1], [9]])
      })
    })
  })
})
