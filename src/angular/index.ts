/**
 * Providers for Angular.
 *
 * ```ts
 * import { injectAccount, provideCTrader, withAccount } from 'rx-ctrader/angular'
 * ```
 *
 * @module rx-ctrader/angular
 */
export { provideCTrader } from './provide'
export { withAccount, withAccounts } from './features'
export type { AccountSource, AccountsOptions, CTraderFeature, ValueOrFactory } from './features'
export { withGateway } from './gateway'
export type { WithGatewayOptions } from './gateway'
export { withUser } from './user'
export { withSimulator } from './simulator'
export { injectAccount, injectAccounts, injectClient, injectCurrentAccount, injectSimulator } from './inject'
export type { ListedAccount } from './accounts'
export { accountSignal } from './accountSignal'
export { accountResolver, authenticatedGuard } from './guard'
export type { AccountResolverOptions, AuthenticatedGuardOptions, GuardedState } from './guard'
export { injectCTraderTesting, provideCTraderTesting } from './testing'
export type { CTraderTesting, CTraderTestingOptions } from './testing'
