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
export { withAccount, withAccounts } from './features/features'
export type { AccountSource, AccountsOptions, CTraderFeature, ValueOrFactory } from './features/features'
export { withGateway } from './features/gateway'
export type { WithGatewayOptions } from './features/gateway'
export { withUser } from './features/user'
export { withSimulator } from './features/simulator'
export { injectAccount, injectAccounts, injectClient, injectCurrentAccount, injectSimulator } from './inject'
export type { ListedAccount } from './accounts'
export { accountSignal } from './accountSignal'
export { accountResolver, authenticatedGuard } from './guard'
export type { AccountResolverOptions, AuthenticatedGuardOptions, GuardedState } from './guard'
export { injectCTraderTesting, provideCTraderTesting } from './testing'
export type { CTraderTesting, CTraderTestingOptions } from './testing'
