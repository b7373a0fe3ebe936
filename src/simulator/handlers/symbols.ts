import { PayloadType } from '../../protocol/payloadType'
import type { ListedSymbol } from '../market/market'
import * as refusals from '../refusals'
import type { Handler, Handlers } from './handler'

const listSymbols: Handler<typeof PayloadType.PROTO_OA_SYMBOLS_LIST_REQ> = ({
  payload: { ctidTraderAccountId },
  world: { market },
  answer,
}) => {
  answer({ ctidTraderAccountId, symbol: market.catalogue.symbols.map(({ light }) => light) })
}

/** In the order asked for, each once. One unknown id is enough to refuse them all, as in a subscription. */
const symbolsById: Handler<typeof PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ> = ({
  payload: { ctidTraderAccountId, symbolId = [] },
  world: { market },
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
  answer({ ctidTraderAccountId, symbol: found.map(({ terms }) => terms) })
}

/** From an asset to itself leads a chain without symbols. */
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
