import { cashFlowBetween } from './streams/history/cashFlowBetween'
import { trendbarsBetween } from './streams/history/trendbarsBetween'
import { trendbarEvents } from './streams/market/marketSubscriptions'

// Messages, entities and the other enums are in `rx-ctrader/protocol`; here they stay until 1.0.
export * from './protocol'

/** @deprecated Its name is {@link trendbarsBetween}. */
export const trendbars = trendbarsBetween

/** @deprecated Its name is {@link cashFlowBetween}. */
export const cashFlow = cashFlowBetween

/** @deprecated Its name is {@link trendbarEvents}. */
export const liveTrendbars = trendbarEvents
