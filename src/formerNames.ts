import { cashFlowBetween } from './streams/history/cashFlowBetween'
import { trendbarsBetween } from './streams/history/trendbarsBetween'
import { trendbarEvents } from './streams/market/marketSubscriptions'

/** @deprecated Its name is {@link trendbarsBetween}. */
export const trendbars = trendbarsBetween

/** @deprecated Its name is {@link cashFlowBetween}. */
export const cashFlow = cashFlowBetween

/** @deprecated Its name is {@link trendbarEvents}. */
export const liveTrendbars = trendbarEvents
