/**
 * Marble tests with a broker inside. Works in any test runner.
 *
 * @module rx-ctrader/testing
 *
 * ```ts
 * import { marbles, spot } from 'rx-ctrader/testing'
 * ```
 */
export { marbles } from './marbles'
export type { ExpectedRequests, Marbles } from './marbles'
export type { MarblesOptions } from './options'
export type { MarbleBroker } from './drawing/broker'
export type { MarbleQuote } from './drawing/quotes'
export type { MarbleFault } from './drawing/faults'
export type { MarbleFill } from './drawing/fills'

export type { MessageBuilder, Overrides } from './messages/build'
export { ACCOUNT_ID, MARKET_START, SYMBOL_ID } from './messages/usual'
export { bar, depthEvent, spot, trendbar } from './messages/prices'
export type { LiveBar } from './messages/prices'
export { execution } from './messages/execution'
export { deal, marginCall, order, position, tradingAccount } from './messages/entities'
export {
  accountDisconnect,
  clientDisconnect,
  heartbeat,
  marginCallTriggered,
  marginCallUpdated,
  marginChanged,
  orderError,
  pnlChanged,
  symbolChanged,
  tokenInvalidated,
  traderUpdated,
  trailingStopLossChanged,
} from './messages/events'
export { request } from './messages/request'
export type { AccountPayload } from './messages/request'

/* eslint-disable-next-line @typescript-eslint/no-deprecated -- They stay until 1.0. */
export { record, replay } from './formerNames'
/* eslint-disable-next-line @typescript-eslint/no-deprecated -- They stay until 1.0. */
export type { Replay, ReplayOptions } from './formerNames'
