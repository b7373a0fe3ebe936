import { isCTraderError } from 'rx-ctrader'
import type { OrderRule } from 'rx-ctrader'

interface Broken {
  readonly field: string
  readonly nearest?: number | string
}

const fields: Readonly<Record<string, string>> = {
  volume: 'volume',
  price: 'price',
  stopLoss: 'stop loss',
  takeProfit: 'take profit',
}

/** What a broken rule means to who trades. Other rules have the words of the error. */
const words: Partial<Record<OrderRule, (broken: Broken) => string>> = {
  minVolume: ({ nearest }) => `The smallest volume of this symbol is ${nearest} lots`,
  maxVolume: ({ nearest }) => `The largest volume of this symbol is ${nearest} lots`,
  stepVolume: ({ nearest }) => `The symbol has no such volume: the nearest is ${nearest} lots`,
  number: ({ field }) => `The ${fields[field] ?? field} is not a number`,
  positive: ({ field }) => `The ${fields[field] ?? field} must be above zero`,
  digits: ({ field, nearest }) => `The ${fields[field] ?? field} is too fine: the nearest is ${nearest}`,
  slDistance: ({ nearest }) => `The stop loss is too close: the nearest is ${nearest} pips`,
  tpDistance: ({ nearest }) => `The take profit is too close: the nearest is ${nearest} pips`,
  enableShortSelling: () => 'This symbol cannot be sold short',
  tradingMode: () => 'The broker has stopped trading in this symbol',
  schedule: () => 'The market is closed',
  accessRights: () => 'The broker does not permit this account to trade',
  permissionScope: () => 'You have given access for viewing only',
}

/** Why an order cannot be placed, in a trader's words. */
export const objectionOf = (error: unknown): string => {
  if (!isCTraderError(error)) return String(error)
  if (error.reason !== 'InvalidOrder') return error.message
  return words[error.rule]?.(error) ?? error.message
}
