import { invalidOption } from '../../errors'
import type { ProtoOATrader } from '../../protocol/messages/account'
import type { ProtoOAAsset } from '../../protocol/messages/symbols'
import type { TradingAccount } from '../../simulator/model/identity'
import { omitUndefined } from '../../util/omitUndefined'
import type { BacktestAccount } from '../options'
import type { PaperOptions } from './options'

const BALANCE = 10_000
const MONEY_DIGITS = 2

/** The options that are terms of the account. */
const accountTerms = (options: PaperOptions): BacktestAccount => {
  const terms: { -readonly [K in keyof PaperOptions]: PaperOptions[K] } = { ...options }
  delete terms.fills
  delete terms.store
  delete terms.seed
  delete terms.start
  return terms
}

/** The terms of a paper account: those of the options, and otherwise those of the real account. */
export const paperAccount = (
  realId: number,
  trader: ProtoOATrader,
  assets: readonly ProtoOAAsset[],
  options: PaperOptions,
): TradingAccount & { readonly depositAsset: string; readonly moneyDigits: number } => {
  const { accountId = realId, balance = BALANCE, moneyDigits = trader.moneyDigits ?? MONEY_DIGITS } = options
  const given: BacktestAccount = accountTerms(options)
  const deposit = assets.find(({ name, assetId }) =>
    given.depositAsset === undefined ? assetId === trader.depositAssetId : name === given.depositAsset,
  )
  if (!deposit) throw invalidOption('depositAsset', 'is not the name of an asset of the account, such as EUR')
  const { leverageInCents } = trader
  return {
    ...omitUndefined({
      accountType: trader.accountType,
      leverage: leverageInCents === undefined ? undefined : leverageInCents / 100,
      totalMarginCalculationType: trader.totalMarginCalculationType,
      isLimitedRisk: trader.isLimitedRisk,
      limitedRiskMarginCalculationStrategy: trader.limitedRiskMarginCalculationStrategy,
      swapFree: trader.swapFree,
      stopOutStrategy: trader.stopOutStrategy,
    }),
    ...given,
    accountId,
    isLive: false,
    traderLogin: trader.traderLogin ?? accountId,
    brokerTitleShort: trader.brokerName ?? 'Paper',
    depositAsset: deposit.name,
    balance: Math.round(balance * 10 ** moneyDigits),
    moneyDigits,
  }
}
