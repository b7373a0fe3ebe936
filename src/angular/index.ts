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
export { withAccount } from './features'
export type { CTraderFeature, ValueOrFactory } from './features'
export { withSimulator } from './simulator'
export { injectAccount, injectClient, injectSimulator } from './inject'
