/**
 * What needs Node: files for credentials, the journal, histories and paper accounts, the report of a backtest, threads for
 * a sweep, and the simulator behind a port.
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
export { htmlReport } from './report/htmlReport'
export type { ReportOptions } from './report/htmlReport'
export { serveSimulator } from './simulate/serve'
export type { ServeSimulatorOptions } from './simulate/serve'
export type { BacklogLimits } from './sockets/backlogLimits'
export { workerThreads } from './threads/workerThreads'
export type { ModuleAddress, WorkerThreadsOptions } from './threads/workerThreads'
export { fileTokens } from './tokens'
// eslint-disable-next-line @typescript-eslint/no-deprecated -- for those who have it
export { saveTokensTo } from './tokens'
