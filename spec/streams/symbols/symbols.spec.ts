import { config } from 'rxjs'
import { PayloadType, symbol, symbols } from 'rx-ctrader'
import type { ProtoOASymbol, SymbolCatalogue, SymbolTerms } from 'rx-ctrader'
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
const GBPUSD = 2
const EURJPY = 3
const AAPL = 201
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

  it('asks nothing when symbols have changed while nobody wants them, and then anew', () => {
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
        // Nobody hears of changes in between.
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

describe('symbolIdOf', () => {
  it('takes a number as it is, and asks nobody', () => {
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

describe('symbol', () => {
  it('is there also for one without a name', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, lights, terms } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      lights.set(2, { symbolId: 2 })
      const byId = watch(symbol(account, 2), 1_000)
      const byName = watch(symbol(account, 'GBPUSD'), 1_000)
      at(500, () => {
        expect(byId.values).toEqual([terms.get(2)])
        expect(byName.error).toMatchObject({ reason: 'UnknownSymbol', nearest: ['EURUSD'] })
      })
    })
  })

  it('has what the list says and all the terms', () => {
    scene(({ account, at, broker, watch }) => {
      const seen = watch(symbol(account, 'eur/usd'), 5_000)
      at(4_000, () => {
        const listed = broker.market.symbol(EURUSD)
        // An empty list is left out on the wire.
        expect(seen.values).toEqual([{ ...listed?.light, ...listed?.terms, holiday: undefined }])
        expect(seen.completed).toBe(false)
      })
    })
  })

  it('asks for those that are wanted in the same turn by one request, and for none twice', () => {
    scene(({ account, at, asked, watch, wire }) => {
      const wanted = ['EURUSD', GBPUSD, EURJPY, 'gbpusd', EURUSD]
      const seen = wanted.map(idOrName => watch(symbol(account, idOrName), 5_000))
      at(4_000, () => {
        expect(asked()).toEqual([LIST, BY_ID])
        expect(wire.sent.at(-1)?.payload?.['symbolId']).toEqual([EURUSD, GBPUSD, EURJPY])
        const ids = seen.map(({ values }) => values.map(({ symbolId }) => symbolId))
        expect(ids).toEqual([[EURUSD], [GBPUSD], [EURJPY], [GBPUSD], [EURUSD]])
      })
      at(6_000, () => {
        const late = watch(symbol(account, 'EURUSD'), 1_000)
        expect(late.values).toEqual(seen[0]?.values)
        watch(symbol(account, AAPL), 1_000)
      })
      at(8_000, () => {
        expect(asked()).toEqual([BY_ID])
      })
    })
  })

  it('asks again after a lost line, all in one request, and is silent where nothing has changed', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = [EURUSD, GBPUSD].map(id => watch(symbol(account, id), 60_000))
      at(5_000, () => {
        asked()
        broker.drop()
      })
      at(30_000, () => {
        expect(asked()).toEqual([LIST, BY_ID])
        for (const { error, values } of seen) {
          expect(values).toHaveLength(1)
          expect(error).toBeUndefined()
        }
      })
    })
  })

  it('is asked again where the line is lost before the answer', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'swallow', payloadType: BY_ID, takesEffect: false })
      const seen = watch(symbol(account, EURUSD), 60_000)
      at(1_000, broker.drop)
      at(30_000, () => {
        expect(asked()).toEqual([LIST, BY_ID, LIST, BY_ID])
        expect(seen.values).toHaveLength(1)
      })
    })
  })

  it('emits again when the server says that it has changed, and only that one is asked for', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights, tellChanged, terms } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      const [changed, other] = [1, 'GBPUSD'].map(id => watch(symbol(account, id), 10_000))
      at(1_000, () => {
        expect(asked()).toEqual([[LIST], [BY_ID, 1, 2]])
        terms.set(1, { ...terms.get(1), lotSize: 100 } as ProtoOASymbol)
        lights.set(1, { symbolId: 1, symbolName: 'EURUSD', description: 'new' })
        tellChanged(1)
      })
      at(2_000, () => {
        expect(asked()).toEqual([[LIST], [BY_ID, 1]])
        const described = changed?.values.map(({ description, lotSize }) => [description, lotSize])
        // Both at once: a mixture of old and new there never was.
        expect(described).toEqual([
          [undefined, undefined],
          ['new', 100],
        ])
        expect(other?.values).toHaveLength(1)
      })
    })
  })

  it('is not asked for when it has changed while nobody wants it, and then anew', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, tellChanged, terms } = symbolsServer({ 1: 'EURUSD' })
      watch(account.accountAuth$, 20_000)
      watch(symbol(account, 1), 1_000)
      at(2_000, () => {
        asked()
        terms.set(1, { ...terms.get(1), lotSize: 100 } as ProtoOASymbol)
        tellChanged(1)
      })
      at(3_000, () => {
        expect(asked()).toEqual([])
        const seen = watch(symbol(account, 1), 1_000)
        at(500, () => {
          expect(seen.values.map(({ lotSize }) => lotSize)).toEqual([100])
          expect(asked()).toEqual([[LIST], [BY_ID, 1]])
        })
      })
    })
  })

  it('errors for what there is not, a name without asking, an id once the server has said so (A6)', () => {
    scene(({ account, asked, at, watch }) => {
      const id = watch(symbol(account, NO_SYMBOL), 5_000)
      const name = watch(symbol(account, 'GPBUSD'), 5_000)
      const known = watch(symbol(account, EURUSD), 5_000)
      at(4_000, () => {
        expect(id.error).toMatchObject({ reason: 'UnknownSymbol', symbol: NO_SYMBOL, nearest: [] })
        expect(name.error).toMatchObject({
          reason: 'UnknownSymbol',
          symbol: 'GPBUSD',
          nearest: expect.arrayContaining(['GBPUSD']) as unknown,
        })
        expect(known.values).toHaveLength(1)
        // Both ids together, and each by itself where that is refused.
        expect(asked()).toEqual([LIST, BY_ID, BY_ID, BY_ID])
      })
    })
  })

  it('has by its id also what the list does not have (A6)', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked, lights } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      lights.delete(1)
      const seen = watch(symbol(account, 1), 10_000)
      const byName = watch(symbol(account, 'EURUSD'), 10_000)
      at(1_000, () => {
        expect(seen.values).toEqual([{ symbolId: 1, digits: 5, pipPosition: 4 }])
        expect(byName.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 'EURUSD' })
        expect(asked()).toEqual([[LIST], [BY_ID, 1]])
      })
    })
  })

  it('stays what the list told of it last where it is taken off that, and ends where it is known by its name alone (A6)', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, lights, tellChanged, terms } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      const [gone, other, named] = [1, 2, 'EURUSD'].map(id => watch(symbol(account, id), 10_000))
      at(1_000, () => {
        lights.delete(1)
        terms.set(1, { symbolId: 1, digits: 4, pipPosition: 4 })
        tellChanged(1)
      })
      at(2_000, () => {
        expect(gone?.values.map(({ symbolName, digits }) => [symbolName, digits])).toEqual([
          ['EURUSD', 5],
          ['EURUSD', 4],
        ])
        expect(gone?.error).toBeUndefined()
        expect(other?.error).toBeUndefined()
        expect(named?.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 'EURUSD' })
      })
    })
  })

  it('errors for one that is listed and whose terms the server leaves out, and for nobody else', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, server, terms } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      terms.delete(1)
      const [gone, other] = ['EURUSD', 2].map(id => watch(symbol(account, id), 10_000))
      at(1_000, () => {
        expect(gone?.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 'EURUSD', nearest: [] })
        expect(other?.values).toHaveLength(1)
        // Alone it leaves the server with nothing to answer.
        server.lines[0]?.end()
      })
      at(5_000, () => {
        const alone = watch(symbol(account, 1), 10_000)
        at(1_000, () => {
          expect(alone.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 1, nearest: [] })
        })
      })
    })
  })

  it.each(['SYMBOL_NOT_FOUND', 'ENTITY_NOT_FOUND', 'UNKNOWN_SYMBOL'])(
    'errors for one that is listed and refused by %s, and for nobody else',
    errorCode => {
      inVirtualTime(({ at, watch }) => {
        const scripted = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD', 3: 'EURJPY' })
        scripted.instead = ({ clientMsgId, payload, payloadType }, { say }) => {
          const isRefused = payloadType === BY_ID && (payload?.['symbolId'] as number[]).includes(1)
          if (isRefused) say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: { errorCode } })
          return isRefused
        }
        const [gone, ...others] = [1, 2, 3].map(id => watch(symbol(scripted.account, id), 10_000))
        at(1_000, () => {
          expect(gone?.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 1, nearest: [] })
          for (const { values } of others) expect(values).toHaveLength(1)
          expect(scripted.asked()).toEqual([[LIST], [BY_ID, 1, 2, 3], [BY_ID, 1], [BY_ID, 2], [BY_ID, 3]])
        })
      })
    },
  )

  it('errors with a refusal that is for good, and asks again where it is not', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: BY_ID, errorCode: 'UNKNOWN_ERROR' })
      const later = watch(symbol(account, EURUSD), 10_000)
      at(5_000, () => {
        expect(later.values).toHaveLength(1)
        expect(asked()).toEqual([LIST, BY_ID, BY_ID])
        broker.fault({ kind: 'refuse', payloadType: BY_ID, errorCode: 'INVALID_REQUEST' })
        const never = watch(symbol(account, GBPUSD), 5_000)
        at(4_000, () => {
          expect(never.error).toMatchObject({ reason: 'Refused', errorCode: 'INVALID_REQUEST' })
          expect(asked()).toEqual([BY_ID])
        })
      })
    })
  })

  it('asks for nothing where its consumer leaves before its turn', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked } = symbolsServer({ 1: 'EURUSD', 2: 'GBPUSD' })
      watch(account.accountAuth$, 20_000)
      watch(symbols(account), 20_000)
      at(1_000, () => {
        asked()
        symbol(account, 1).subscribe().unsubscribe()
        const seen: SymbolTerms[] = []
        const next = symbol(account, 2).subscribe(terms => seen.push(terms))
        at(10, () => {
          expect(asked()).toEqual([[BY_ID, 2]])
          expect(seen).toHaveLength(1)
          next.unsubscribe()
        })
      })
    })
  })
})
