/**
 * What needs Node: credentials and the journal of orders in files, the simulator behind a port, and threads for a sweep.
 * What needs Node: credentials, the journal of orders and paper accounts in files, and the simulator behind a port.
 *
 * @module rx-ctrader/node
 *
 * ```ts
 * import { fileJournal, readCredentials } from 'rx-ctrader/node'
 * ```
 */
export { readCredentials } from './credentials'
export type { Credentials } from './credentials'
export { fileJournal } from './journal/journal'
// eslint-disable-next-line @typescript-eslint/no-deprecated -- for those who have it
export { journalIn } from './journal/journal'
export type { FileJournalOptions } from './journal/journal'
export { readHistory } from './historyFile'
export { filePaper } from './paper'
export { serveSimulator } from './simulate/serve'
export type { ServeSimulatorOptions, BacklogLimits } from './simulate/serve'
export { workerThreads } from './threads/workerThreads'
export type { WorkerThreadsOptions } from './threads/workerThreads'
export { fileTokens } from './tokens'
// eslint-disable-next-line @typescript-eslint/no-deprecated -- for those who have it
export { saveTokensTo } from './tokens'
