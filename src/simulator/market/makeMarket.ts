import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import { catalogue } from './catalogue/catalogue'
import { checkHasPrices, withOwnSymbols } from './catalogue/ownSymbols'
import type { SymbolOptions } from './catalogue/ownSymbols'
import { createMarket } from './createMarket'
import { createHistoryMarket, prepareHistories } from './history/createHistoryMarket'
import type { History, HistoryReport } from './history/history'
import type { PreparedHistory } from './history/readHistory'
import type { Catalogue } from './model/market'
import type { MadeMarket } from './model/madeMarket'

export interface MarketOptions {
  readonly seed: number
  readonly holidays: ReadonlyMap<number, readonly ProtoOAHoliday[]>
  readonly symbols: readonly SymbolOptions[]
  readonly history: readonly History[] | undefined
  /** In the place of `history`. */
  readonly prepared: readonly PreparedHistory[] | undefined
  /** The owners of the accounts, into whose money profits are converted. */
  readonly owners: readonly { readonly accountId: number; readonly depositAsset?: string }[]
  /** Throws if the market does not have what the accounts need. */
  readonly check: (catalogue: Catalogue) => void
}

/** A market of a seed or of histories, with what was read of them. */
export interface SimulatedMarket extends MadeMarket {
  readonly reports: readonly HistoryReport[]
}

/** Reads the history of a market with these symbols, for any number of markets. Throws `InvalidOption`. */
export const prepareHistory = (
  history: readonly History[],
  symbols: readonly SymbolOptions[] = [],
): readonly PreparedHistory[] => prepareHistories(withOwnSymbols(catalogue, symbols).catalogue, history)

/** The market that the options of a simulator say. */
export const makeMarket = ({
  seed,
  holidays,
  symbols,
  history,
  prepared,
  owners,
  check,
}: MarketOptions): SimulatedMarket => {
  const offer = withOwnSymbols(catalogue, symbols)
  const named = prepared?.map(({ report }) => report) ?? history ?? []
  checkHasPrices(offer.own, named)
  check(offer.catalogue)
  const market = createMarket(seed, holidays, offer)
  const histories = prepared ?? (history && prepareHistories(market.catalogue, history))
  return histories
    ? { ...createHistoryMarket(market, histories, owners, seed), hasNoBook: true }
    : { market, reports: [], hasNoBook: false }
}
