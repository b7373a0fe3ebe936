import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import type { TradingAccount } from '../model/identity'

const accountNames: Readonly<Record<keyof TradingAccount, true>> = {
  accountId: true,
  isLive: true,
  traderLogin: true,
  brokerTitleShort: true,
  accountType: true,
  depositAsset: true,
  balance: true,
  moneyDigits: true,
  leverage: true,
  accessRights: true,
  totalMarginCalculationType: true,
  isLimitedRisk: true,
  limitedRiskMarginCalculationStrategy: true,
  managerBonus: true,
  ibBonus: true,
  nonWithdrawableBonus: true,
  symbols: true,
  swapFree: true,
  stopOutLevel: true,
  stopOutStrategy: true,
  marginCallLevels: true,
}

/** The numbers of an account that cannot be negative. */
const amounts = [
  'balance',
  'moneyDigits',
  'leverage',
  'managerBonus',
  'ibBonus',
  'nonWithdrawableBonus',
  'stopOutLevel',
] as const

/** Throws `InvalidOption` for an amount that no account can have. Money that is not finite would spread to all sums. */
export const checkAmounts = (account: Partial<TradingAccount>, within: string): void => {
  for (const name of amounts) {
    const value: unknown = account[name]
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value < Infinity))
      throw invalidOption(`${within}${name}`, 'must be a number of at least 0')
  }
  if (account.leverage === 0) throw invalidOption(`${within}leverage`, 'must be above 0')
}

/** Throws `InvalidOption` for an account with a misspelt field or an impossible amount. */
export const checkAccount = (account: Partial<TradingAccount>, within: string): void => {
  checkNames(account, accountNames, within)
  checkAmounts(account, within)
}

/** Throws `InvalidOption` for a symbol in the list of an account that the market does not have. */
export const checkSymbolLists = (
  accounts: readonly TradingAccount[],
  symbols: readonly { readonly light: { readonly symbolName?: string } }[],
): void => {
  accounts.forEach(({ symbols: names }, index) => {
    if (names !== undefined && !Array.isArray(names))
      throw invalidOption(`accounts.${index}.symbols`, 'must be a list of names')
    names?.forEach((name, i) => {
      if (!symbols.some(({ light }) => light.symbolName === name))
        throw invalidOption(`accounts.${index}.symbols.${i}`, 'is not the name of a symbol of the market')
    })
  })
}

/** Throws `InvalidOption` for an account in money that is no asset of the market. */
export const checkDeposits = (
  accounts: readonly TradingAccount[],
  assets: readonly { readonly name: string }[],
): void => {
  accounts.forEach(({ depositAsset = 'USD' }, index) => {
    if (!assets.some(({ name }) => name === depositAsset))
      throw invalidOption(`accounts.${index}.depositAsset`, 'is not the name of an asset, such as EUR')
  })
}
