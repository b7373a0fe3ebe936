import { PayloadType } from 'rx-ctrader'
import { ProtoOASymbol } from '../../../src/protocol/messages/symbols'
import { createMarket } from '../../../src/simulator/market/createMarket'
import { ACCOUNT } from '../../support/account'
import {
  answerTo,
  ask,
  converse,
  expectOfficial,
  expectAuthenticationNeeded,
  refusal,
} from '../../support/conversation'
import type { RawFrame } from '../../support/rawClient'

const {
  PROTO_OA_ASSET_CLASS_LIST_REQ,
  PROTO_OA_ASSET_CLASS_LIST_RES,
  PROTO_OA_ASSET_LIST_REQ,
  PROTO_OA_ASSET_LIST_RES,
  PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ,
  PROTO_OA_SYMBOLS_FOR_CONVERSION_RES,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOLS_LIST_RES,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_BY_ID_RES,
  PROTO_OA_SYMBOL_CATEGORY_REQ,
  PROTO_OA_SYMBOL_CATEGORY_RES,
} = PayloadType

const market = createMarket(1)
const { catalogue } = market
const EURUSD = 1
const USDJPY = 4
const XAUUSD = 41
const UNKNOWN = 999_999

const assetIdOf = (name: string): number =>
  catalogue.assets.find(asset => asset.name === name)?.assetId ?? NaN

const assets = ask(PROTO_OA_ASSET_LIST_REQ)
const assetClasses = ask(PROTO_OA_ASSET_CLASS_LIST_REQ)
const categories = ask(PROTO_OA_SYMBOL_CATEGORY_REQ)
const symbols = ask(PROTO_OA_SYMBOLS_LIST_REQ)
const byId = (symbolId: unknown): object => ask(PROTO_OA_SYMBOL_BY_ID_REQ, { symbolId })
const conversion = (first: number, last: number): object =>
  ask(PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ, { firstAssetId: first, lastAssetId: last })

const answer = (payloadType: number, payload: object): object => ({
  payloadType,
  clientMsgId: 'ask',
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

const listOf = (frame: RawFrame | undefined, field: string): readonly Record<string, unknown>[] =>
  (frame?.payload?.[field] ?? []) as readonly Record<string, unknown>[]

describe('the lists of the broker', () => {
  it.each([
    ['the asset list', assets],
    ['the asset class list', assetClasses],
    ['the category list', categories],
    ['the symbols list', symbols],
    ['symbols by id', byId([EURUSD])],
    ['symbols for conversion', conversion(1, 2)],
  ])('are refused before application and account are authenticated: %s', (_, request) => {
    expectAuthenticationNeeded(request)
  })

  it.each([
    ['assets', assets, PROTO_OA_ASSET_LIST_RES, 'asset', catalogue.assets],
    ['asset classes', assetClasses, PROTO_OA_ASSET_CLASS_LIST_RES, 'assetClass', catalogue.assetClasses],
    ['categories', categories, PROTO_OA_SYMBOL_CATEGORY_RES, 'symbolCategory', catalogue.categories],
    ['symbols', symbols, PROTO_OA_SYMBOLS_LIST_RES, 'symbol', catalogue.symbols.map(({ light }) => light)],
  ] as const)('has the %s', (_, request, payloadType, field, list) => {
    expect(list.length).toBeGreaterThan(0)
    expect(answerTo(request)).toEqual(answer(payloadType, { [field]: list }))
  })

  it('hang together: each symbol has its assets, its category and that its class', () => {
    const { replies } = converse([symbols, assets, categories, assetClasses])
    const [symbolList, assetList, categoryList, classList] = replies.map(([frame]) => frame)
    const assetIds = listOf(assetList, 'asset').map(asset => asset['assetId'])
    const categoryIds = listOf(categoryList, 'symbolCategory').map(category => category['id'])
    const classIds = listOf(classList, 'assetClass').map(assetClass => assetClass['id'])
    for (const symbol of listOf(symbolList, 'symbol')) {
      expect(assetIds).toContain(symbol['baseAssetId'])
      expect(assetIds).toContain(symbol['quoteAssetId'])
      expect(categoryIds).toContain(symbol['symbolCategoryId'])
    }
    for (const category of listOf(categoryList, 'symbolCategory'))
      expect(classIds).toContain(category['assetClassId'])
  })

  it('are written as the server writes them', () => {
    expectOfficial(
      converse([assets, assetClasses, categories, symbols, byId([EURUSD, USDJPY, XAUUSD]), conversion(1, 2)])
        .texts,
    )
  })
})

describe('symbols by id', () => {
  const terms = (...ids: readonly number[]): object =>
    answer(PROTO_OA_SYMBOL_BY_ID_RES, {
      symbol: ids.map(id => ProtoOASymbol.encode(market.symbol(id)?.terms as ProtoOASymbol)),
    })

  it('come with all their terms, in the order asked for', () => {
    expect(answerTo(byId([XAUUSD, EURUSD]))).toEqual(terms(XAUUSD, EURUSD))
  })

  it('come once each', () => {
    expect(answerTo(byId([EURUSD, USDJPY, EURUSD]))).toEqual(terms(EURUSD, USDJPY))
  })

  it('are empty for an empty list', () => {
    expect(answerTo(byId([]))).toEqual(answer(PROTO_OA_SYMBOL_BY_ID_RES, {}))
    expect(answerTo(ask(PROTO_OA_SYMBOL_BY_ID_REQ))).toEqual(answer(PROTO_OA_SYMBOL_BY_ID_RES, {}))
  })

  it('are refused when one of them is unknown', () => {
    expect(answerTo(byId([EURUSD, UNKNOWN]))).toEqual(
      refusal('SYMBOL_NOT_FOUND', `Symbol ${UNKNOWN} is not found`),
    )
  })
})

describe('the symbols for a conversion', () => {
  const [usd, eur, jpy] = [assetIdOf('USD'), assetIdOf('EUR'), assetIdOf('JPY')]
  const nameOf = (assetId: unknown): unknown =>
    catalogue.assets.find(asset => asset.assetId === assetId)?.name

  it('is the one symbol between two assets, in either direction', () => {
    for (const request of [conversion(eur, usd), conversion(usd, eur)])
      expect(answerTo(request)).toEqual(
        answer(PROTO_OA_SYMBOLS_FOR_CONVERSION_RES, { symbol: [market.symbol(EURUSD)?.light] }),
      )
  })

  it.each(catalogue.assets.map(({ name, assetId }) => [name, assetId] as const))(
    'lead from %s to JPY, each from where the one before led',
    (name, from) => {
      const frame = answerTo(conversion(from, jpy))
      expect(frame?.payloadType).toBe(PROTO_OA_SYMBOLS_FOR_CONVERSION_RES)
      const end = listOf(frame, 'symbol').reduce<unknown>((at, { baseAssetId, quoteAssetId }) => {
        expect([baseAssetId, quoteAssetId]).toContain(at)
        return at === baseAssetId ? quoteAssetId : baseAssetId
      }, from)
      expect([name, nameOf(end)]).toEqual([name, 'JPY'])
    },
  )

  it('are empty from an asset to itself', () => {
    expect(answerTo(conversion(usd, usd))).toEqual(answer(PROTO_OA_SYMBOLS_FOR_CONVERSION_RES, {}))
  })

  it('are refused for an unknown asset', () => {
    for (const request of [conversion(usd, UNKNOWN), conversion(UNKNOWN, usd), conversion(UNKNOWN, UNKNOWN)])
      expect(answerTo(request)).toEqual(refusal('SYMBOL_NOT_FOUND'))
  })
})
