import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOASwapCalculationType,
} from '../../../protocol/messages/enums'
import type { ProtoOAInterval } from '../../../protocol/messages/symbols'
import { CRYPTO_LEVERAGE, FX_LEVERAGE, INDEX_LEVERAGE, METAL_LEVERAGE, SHARE_LEVERAGE } from './leverages'
import { always, exchangeHours, withDailyBreak, withNightlyBreak } from './schedules'

/** The terms that the symbols of a group have in common. */
export interface Group {
  readonly terms: GroupTerms
  /** How busy each hour is, from 17:00 New York; 1 is usual. */
  readonly hours: readonly number[]
}

interface GroupTerms {
  readonly leverageId: number
  readonly schedule: readonly ProtoOAInterval[]
  readonly swapCalculationType: ProtoOASwapCalculationType
  readonly swapRollover3Days: ProtoOADayOfWeek
  readonly chargeSwapAtWeekends: boolean
  readonly commissionType: ProtoOACommissionType
  /** The unit of the base asset, if it is not that asset. */
  readonly measurementUnits?: string
}

const { WEDNESDAY, FRIDAY, NONE } = ProtoOADayOfWeek
const { PIPS, PERCENTAGE, POINTS } = ProtoOASwapCalculationType
const { USD_PER_MILLION_USD, USD_PER_LOT, PERCENTAGE_OF_VALUE } = ProtoOACommissionType

// Tokyo from the third hour, London from the tenth, New York from the fifteenth to the end.
const fxHours = [
  0.2, 0.3, 0.5, 0.7, 0.7, 0.7, 0.5, 0.4, 0.5, 1, 1.5, 1.6, 1.4, 1.2, 1.2, 1.6, 1.9, 1.9, 1.6, 1.3, 1, 0.8,
  0.6, 0.4,
]
const usHours = [
  0, 0.3, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 1.2, 2.2, 2.4, 1.8, 1.4, 1.3, 1.5,
  2, 0.8,
]
const cryptoHours = [
  0.8, 0.8, 0.9, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.9, 1, 1, 1, 1, 1.1, 1.2, 1.4, 1.4, 1.3, 1.2, 1.1, 1, 1, 0.9,
]

export const fx: Group = {
  terms: {
    leverageId: FX_LEVERAGE,
    schedule: withNightlyBreak,
    swapCalculationType: PIPS,
    swapRollover3Days: WEDNESDAY,
    chargeSwapAtWeekends: false,
    commissionType: USD_PER_MILLION_USD,
  },
  hours: fxHours,
}

export const metals: Group = {
  terms: {
    ...fx.terms,
    leverageId: METAL_LEVERAGE,
    schedule: withDailyBreak,
    commissionType: USD_PER_LOT,
    measurementUnits: 'Oz',
  },
  hours: usHours,
}

export const indices: Group = {
  terms: {
    leverageId: INDEX_LEVERAGE,
    schedule: withDailyBreak,
    swapCalculationType: POINTS,
    swapRollover3Days: FRIDAY,
    chargeSwapAtWeekends: false,
    commissionType: USD_PER_LOT,
    measurementUnits: 'Indices',
  },
  hours: usHours,
}

/** A swap for each day, including weekends. */
export const crypto: Group = {
  terms: {
    leverageId: CRYPTO_LEVERAGE,
    schedule: always,
    swapCalculationType: PERCENTAGE,
    swapRollover3Days: NONE,
    chargeSwapAtWeekends: true,
    commissionType: PERCENTAGE_OF_VALUE,
  },
  hours: cryptoHours,
}

export const shares: Group = {
  terms: {
    leverageId: SHARE_LEVERAGE,
    schedule: exchangeHours,
    swapCalculationType: PERCENTAGE,
    swapRollover3Days: FRIDAY,
    chargeSwapAtWeekends: false,
    commissionType: USD_PER_LOT,
    measurementUnits: 'Shares',
  },
  hours: usHours,
}
