import { invalidOption } from '../../errors'
import type { TradingAccount } from '../model/identity'
import { amount, noRule, checkFields, digits, factor, id, eachItem, text } from './rules'
import type { Rules } from './rules'

/** The terms of an account: all fields but those that say whose it is. */
type AccountTerms = Omit<
  TradingAccount,
  'accountId' | 'isLive' | 'traderLogin' | 'brokerTitleShort' | 'symbols'
>

/** What the terms of an account must be. */
export const termRules: Rules<AccountTerms> = {
  accountType: noRule,
  depositAsset: text,
  balance: amount,
  moneyDigits: digits,
  leverage: factor,
  accessRights: noRule,
  totalMarginCalculationType: noRule,
  isLimitedRisk: noRule,
  limitedRiskMarginCalculationStrategy: noRule,
  managerBonus: amount,
  ibBonus: amount,
  nonWithdrawableBonus: amount,
  swapFree: noRule,
  stopOutLevel: amount,
  stopOutStrategy: noRule,
  marginCallLevels: eachItem(amount),
}

const accountRules: Rules<TradingAccount> = {
  ...termRules,
  accountId: id,
  isLive: noRule,
  traderLogin: noRule,
  brokerTitleShort: noRule,
  symbols: noRule,
}

/** Throws `InvalidOption` for accounts with misspelt or impossible fields, or with the same id. */
export const checkAccounts = (accounts: readonly TradingAccount[]): void => {
  accounts.forEach((account, index) => {
    checkFields(account, accountRules, { within: `accounts.${index}.`, needs: ['accountId'] })
    if (accounts.findIndex(({ accountId }) => accountId === account.accountId) < index)
      throw invalidOption(`accounts.${index}.accountId`, 'is the id of another account, too')
  })
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
