/**
 * Sessions as text: everything that went over a client's lines, recorded and replayed.
 *
 * @module rx-ctrader/recording
 *
 * ```ts
 * import { record, replay } from 'rx-ctrader/recording'
 * ```
 */
export { record } from './record'
export { replay } from './replay'
export type { Replay, ReplayOptions } from './replay'
