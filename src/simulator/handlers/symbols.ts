import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOAArchivedSymbol } from '../../protocol/messages/symbols'
import type { ListedSymbol } from '../market/model/market'
import * as refusals from '../model/refusals'
import type { Handler, Handlers } from './handler'

const archivedOf = ({ light }: ListedSymbol, at: number): ProtoOAArchivedSymbol => ({
  symbolId: light.symbolId,
  name: light.symbolName,
  utcLastUpdateTimestamp: at,
})

const listSymbols: Handler<typeof PayloadType.PROTO_OA_SYMBOLS_LIST_REQ> = ({
  payload: { ctidTraderAccountId, includeArchivedSymbols = false },
  world: { market, unlisted },
  at,
  listed,
  answer,
}) => {
  const names = listed(ctidTraderAccountId).book.terms.symbols
  const symbols = market.catalogue.symbols.filter(
    ({ light }) => names === undefined || names.includes(light.symbolName),
  )
  const isArchived = ({ light }: ListedSymbol): boolean => unlisted.has(light.symbolId)
  answer({
    ctidTraderAccountId,
    symbol: symbols.filter(symbol => !isArchived(symbol)).map(({ light }) => light),
    archivedSymbol: includeArchivedSymbols
      ? symbols.filter(isArchived).map(symbol => archivedOf(symbol, at))
      : [],
  })
}

/**
 * In the requested order, each once, including archived ones. One unknown id refuses the whole request, as in a
 * subscription.
 */
const symbolsById: Handler<typeof PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ> = ({
  payload: { ctidTraderAccountId, symbolId = [] },
  world: { market, unlisted, unknowns },
  at,
  answer,
  refuse,
}) => {
  const found: ListedSymbol[] = []
  for (const id of new Set(symbolId)) {
    const symbol = market.symbol(id)
    if (!symbol) {
      refuse(refusals.symbolNotFound(id))
      return
    }
    found.push(symbol)
  }
  const isArchived = ({ light }: ListedSymbol): boolean =>
    unknowns.archivedById === 'archivedSymbol' && unlisted.has(light.symbolId)
  answer({
    ctidTraderAccountId,
    symbol: found.filter(symbol => !isArchived(symbol)).map(({ terms }) => terms),
    archivedSymbol: found.filter(isArchived).map(symbol => archivedOf(symbol, at)),
  })
}

/** From an asset to itself the chain has no symbols. */
const symbolsForConversion: Handler<typeof PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ> = ({
  payload: { ctidTraderAccountId, firstAssetId, lastAssetId },
  world: { market },
  answer,
  refuse,
}) => {
  const known = new Set(market.catalogue.assets.map(({ assetId }) => assetId))
  const chain =
    known.has(firstAssetId) && known.has(lastAssetId)
      ? market.conversionChain(firstAssetId, lastAssetId)
      : undefined
  if (!chain) {
    refuse(refusals.noConversion(firstAssetId, lastAssetId))
    return
  }
  answer({ ctidTraderAccountId, symbol: chain.map(({ light }) => light) })
}

export const symbolHandlers = {
  [PayloadType.PROTO_OA_ASSET_LIST_REQ]: ({
    payload: { ctidTraderAccountId },
    world: {
      market: { catalogue },
    },
    answer,
  }) => {
    answer({ ctidTraderAccountId, asset: catalogue.assets })
  },
  [PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ]: ({
    payload: { ctidTraderAccountId },
    world: {
      market: { catalogue },
    },
    answer,
  }) => {
    answer({ ctidTraderAccountId, assetClass: catalogue.assetClasses })
  },
  [PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ]: ({
    payload: { ctidTraderAccountId },
    world: {
      market: { catalogue },
    },
    answer,
  }) => {
    answer({ ctidTraderAccountId, symbolCategory: catalogue.categories })
  },
  [PayloadType.PROTO_OA_SYMBOLS_LIST_REQ]: listSymbols,
  [PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ]: symbolsById,
  [PayloadType.PROTO_OA_SYMBOLS_FOR_CONVERSION_REQ]: symbolsForConversion,
} satisfies Handlers
