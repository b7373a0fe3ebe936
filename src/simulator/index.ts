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
export type { HolidayOptions, SimulatorOptions } from './options'
export { parseFault } from './faults/parse'
export type { NoFault } from './faults/parse'
export type { Fault, FaultKind } from './faults/fault'
export type { LineFilter } from './faults/armed'
export type { LineState } from './faults/line'
export type { LineReport } from './report'
export type { Peer, Pressure, ServerConnection } from './peer'
export type { Application } from './applications'
export type { Grant, TradingAccount } from './identity'
export type { Limits } from './limits'
export type { Bar, Catalogue, Level, ListedSymbol, Market, Quote, Side, Tick } from './market/market'
export type { BonusChange } from './trading/cash'
export type { Exchange, Ledger } from './trading/exchange'
export type { Unknowns } from './unknowns'
