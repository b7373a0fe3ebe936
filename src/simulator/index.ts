/**
 * A deterministic cTrader server in memory, for tests, demos and development: in Node, in browsers, in virtual time.
 *
 * ```ts
 * import { createSimulator } from 'rx-ctrader/simulator'
 * ```
 *
 * @module rx-ctrader/simulator
 */
export { createSimulator } from './simulator'
export type { Simulator } from './simulator'
export type { Consent } from './world/consent'
export type { ConsentInput, TokenAnswer, TokenQuery } from './model/consents'
export type { SimulatorOptions } from './options/simulatorOptions'
export { parseFault } from './faults/parse'
export type { InvalidFault } from './faults/parse'
export type { Fault, FaultKind } from './faults/fault'
export type { LineFilter } from './faults/armed'
export type { LineState } from './faults/line'
export type { LineReport } from './server/report'
export type { Peer, Pressure, ServerConnection } from '../transport/peer'
export type { Application } from './model/applications'
export type { Grant, TradingAccount } from './model/identity'
export type { Limits } from './server/rateLimiter'
export type { Bar, Catalogue, Level, ListedSymbol, Market, Quote, Tick } from './market/model/market'
export type { QuoteSide } from '../protocol/side'
export * from './formerNames'
export type { BonusChange } from './trading/accounting/cash'
export type { Exchange, HeldFill, Ledger } from './trading/exchange'
export type { Unknowns } from './model/unknowns'
