import { invalidOption } from '../../../errors'
import { symbolSessions } from '../calendar/sessions'
import type { Catalogue, Market } from '../model/market'
import type { History, HistoryReport } from './history'
import { historyMarket } from './historyMarket'
import { readHistory } from './readHistory'
import type { PreparedHistory } from './readHistory'

/** A market made of histories. */
export interface HistoryMarket {
  readonly market: Market
  readonly reports: readonly HistoryReport[]
  /** The first time at which each symbol has a price. */
  readonly beginning: number
}

interface Owner {
  readonly accountId: number
  readonly depositAsset?: string
}

/** Profits and margins must be converted into the money of each account. */
const checkConversions = ({ catalogue, conversionChain }: Market, owners: readonly Owner[]): void => {
  const assetNamed = (name: string) => catalogue.assets.find(asset => asset.name === name)
  const nameOf = (id: number): string =>
    catalogue.assets.find(({ assetId }) => assetId === id)?.name ?? String(id)
  for (const { accountId, depositAsset = 'USD' } of owners) {
    const deposit = assetNamed(depositAsset)
    if (!deposit) continue
    for (const { light } of catalogue.symbols)
      for (const assetId of [light.quoteAssetId, light.baseAssetId])
        if (!conversionChain(assetId, deposit.assetId))
          throw invalidOption(
            'history',
            `has no symbol that converts ${nameOf(assetId)} of ${light.symbolName} into ${depositAsset} of account ${accountId}; one tick is enough for a rate that does not change`,
          )
  }
}

/** Reads histories of symbols. Throws `InvalidOption` with the name of the field for what is not a history. */
export const prepareHistories = (
  { symbols }: Catalogue,
  histories: readonly History[],
): readonly PreparedHistory[] => {
  const reads: PreparedHistory[] = []
  histories.forEach((history, i) => {
    const option = `history.${i}`
    const listed = symbols.find(({ light }) => light.symbolName === history.symbol)
    if (!listed)
      throw invalidOption(`${option}.symbol`, 'is not a symbol of the catalogue; give its terms in `symbols`')
    if (reads.some(({ symbolId }) => symbolId === listed.light.symbolId))
      throw invalidOption(`${option}.symbol`, 'has another history')
    reads.push(readHistory(history, option, listed, symbolSessions(listed.terms)))
  })
  return reads
}

/** Throws `InvalidOption` if the money of a symbol cannot be converted. */
export const createHistoryMarket = (
  base: Market,
  histories: readonly PreparedHistory[],
  owners: readonly Owner[],
  seed: number,
): HistoryMarket => {
  const market = historyMarket(base, histories, seed)
  checkConversions(market, owners)
  const reports = histories.map(({ report }) => report)
  return { market, reports, beginning: Math.max(...reports.map(({ from }) => from)) }
}
