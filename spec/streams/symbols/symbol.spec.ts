import { config } from 'rxjs'
import { PayloadType, symbol, symbols } from 'rx-ctrader'
import type { ProtoOASymbol, SymbolDetails } from 'rx-ctrader'
import { scene } from '../../support/accountScene'
import { inVirtualTime } from '../../support/virtualTime'
import { symbolsServer } from './symbolsServer'

const { PROTO_OA_ERROR_RES } = PayloadType

const EURUSD = 1

const GBPUSD = 2

const EURJPY = 3

const AAPL = 201

const NO_SYMBOL = 4711

const LIST = PayloadType.PROTO_OA_SYMBOLS_LIST_REQ

const BY_ID = PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ

afterEach(() => {
  config.onUnhandledError = null
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

  it('is not asked for when it has changed without a consumer, and then anew', () => {
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

  it('errors for one that is listed and whose terms the server leaves out, and for no other', () => {
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
    'errors for one that is listed and refused by %s, and for no other',
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
        const seen: SymbolDetails[] = []
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
