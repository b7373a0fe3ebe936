import type { ProtoOAHoliday } from '../../protocol/messages/symbols'
import { catalogue } from './catalogue/catalogue'
import { checkHasPrices, withOwnSymbols } from './catalogue/ownSymbols'
import type { SymbolOptions } from './catalogue/ownSymbols'
import { createMarket } from './createMarket'
import { createHistoryMarket } from './history/createHistoryMarket'
import type { History, HistoryReport } from './history/history'
import type { Catalogue } from './model/market'
import type { MadeMarket } from './model/madeMarket'

export interface MarketOptions {
  readonly seed: number
  readonly holidays: ReadonlyMap<number, readonly ProtoOAHoliday[]>
  readonly symbols: readonly SymbolOptions[]
  readonly history: readonly History[] | undefined
  /** The owners of the accounts, into whose money profits are converted. */
  readonly owners: readonly { readonly accountId: number; readonly depositAsset?: string }[]
  /** Throws if the market does not have what the accounts need. */
  readonly check: (catalogue: Catalogue) => void
}

/** A market of a seed or of histories, with what was read of them. */
export interface SimulatedMarket extends MadeMarket {
  readonly reports: readonly HistoryReport[]
}

/** The market that the options of a simulator say. */
export const makeMarket = ({
  seed,
  holidays,
  symbols,
  history,
  owners,
  check,
}: MarketOptions): SimulatedMarket => {
  const offer = withOwnSymbols(catalogue, symbols)
  checkHasPrices(offer.own, history ?? [])
  check(offer.catalogue)
  const market = createMarket(seed, holidays, offer)
  return history
    ? { ...createHistoryMarket(market, history, owners, seed), hasNoBook: true }
    : { market, reports: [], hasNoBook: false }
}
