export { createSimulator } from './simulator'
export type { Simulator, SimulatorOptions } from './simulator'
export type { Peer, ServerConnection } from './connection'
export type { Application, Grant, TradingAccount } from './identity'
