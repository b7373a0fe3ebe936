/**
 * Metrics and traces of a client or a gateway for OpenTelemetry. Needs `@opentelemetry/api`.
 *
 * @module rx-ctrader/opentelemetry
 *
 * ```ts
 * import { instrument } from 'rx-ctrader/opentelemetry'
 * ```
 */
export { instrument } from './instrument'
export type { InstrumentOptions } from './instrument'
