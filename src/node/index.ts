/**
 * What needs Node: files for credentials, journals, histories and the tokens of a gateway, the report of a backtest,
 * threads for a sweep, and ports. A port serves the simulator or a gateway.
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
export type { ServeGatewayOptions, TlsOptions } from './gateway/options'
export { serveGateway } from './gateway/serve'
export { fileRights } from './fileRights'
export type { FileRights } from './fileRights'
export type { Rights, UserGrant } from './grants/rights'
export type { ConsentScope } from './oauth/consentUrl'
export type { Application } from './oauth/exchangeCode'
export type { ConsentAuditEntry, OAuthRoutesOptions } from './oauth/options'
export { oauthRoutes } from './oauth/routes'
export type { OAuthRoutes } from './oauth/routes'
export { encryptedGrants } from './grants/encryptedGrants'
export type { GrantStore } from './grants/encryptedGrants'
export type { GrantKey } from './grants/seal'
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
