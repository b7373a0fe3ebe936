/**
 * What needs Node: credentials and the journal of orders in files, and the simulator behind a port.
 *
 * ```ts
 * import { journalIn, readCredentials } from 'rx-ctrader/node'
 * ```
 *
 * @module rx-ctrader/node
 */
export { readCredentials, saveTokensTo } from './credentials'
export type { Credentials } from './credentials'
export { journalIn } from './journal'
export { serveSimulator } from './serve'
export type { ServeOptions, SlowMarks } from './serve'
