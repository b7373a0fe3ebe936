import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOAStopOutStrategy,
  ProtoOATotalMarginCalculationType,
} from '../../../protocol/messages/enums'
import type { TradingAccount } from '../../model/identity'
import type { Market } from '../../market/model/market'

/** The complete rules of an account. */
export interface Terms extends Required<Omit<TradingAccount, 'depositAsset' | 'symbols'>> {
  /** The names of the symbols in its list; `undefined` for all. */
  readonly symbols: readonly string[] | undefined
  readonly depositAssetId: number
}

/** The defaults of an account: hedged, USD, 10,000.00, 1:100, stop-out at 30 %. */
export const accountTerms = (account: TradingAccount, market: Market): Terms => {
  const { depositAsset = 'USD', ...given } = account
  const asset = market.catalogue.assets.find(({ name }) => name === depositAsset)
  if (!asset) throw new Error(`The market knows no asset ${depositAsset}`)
  return {
    accountType: ProtoOAAccountType.HEDGED,
    balance: 10_000 * 10 ** (given.moneyDigits ?? 2),
    moneyDigits: 2,
    leverage: 100,
    accessRights: ProtoOAAccessRights.FULL_ACCESS,
    totalMarginCalculationType: ProtoOATotalMarginCalculationType.MAX,
    isLimitedRisk: false,
    limitedRiskMarginCalculationStrategy: ProtoOALimitedRiskMarginCalculationStrategy.ACCORDING_TO_LEVERAGE,
    managerBonus: 0,
    ibBonus: 0,
    nonWithdrawableBonus: 0,
    symbols: undefined,
    swapFree: false,
    stopOutLevel: 30,
    stopOutStrategy: ProtoOAStopOutStrategy.MOST_MARGIN_USED_FIRST,
    marginCallLevels: [100, 70, 50],
    ...given,
    depositAssetId: asset.assetId,
  }
}
