import type { TypeOf } from 'io-ts'
import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  ProtoOASwapCalculationType,
  ProtoOASymbolDistanceType,
  ProtoOATradingMode,
} from './enums'
import {
  bool,
  double,
  enumeration,
  int32,
  int64,
  many,
  optional,
  string,
  struct,
  uint32,
  uint64,
} from '../codec/struct'

/** A currency, a metal, a share. Symbols are made of assets, and accounts have a deposit asset. */
export const ProtoOAAsset = struct('ProtoOAAsset', {
  assetId: int64,
  name: string,
  displayName: optional(string),
  /** decimals of its amounts */
  digits: optional(int32),
})
export type ProtoOAAsset = TypeOf<typeof ProtoOAAsset>

/** A class of assets, such as Forex or Metals. */
export const ProtoOAAssetClass = struct('ProtoOAAssetClass', {
  id: optional(int64),
  name: optional(string),
  /** lowest first */
  sortingNumber: optional(double),
})
export type ProtoOAAssetClass = TypeOf<typeof ProtoOAAssetClass>

/** A group of symbols within an asset class. */
export const ProtoOASymbolCategory = struct('ProtoOASymbolCategory', {
  id: int64,
  assetClassId: int64,
  name: string,
  /** lowest first */
  sortingNumber: optional(double),
})
export type ProtoOASymbolCategory = TypeOf<typeof ProtoOASymbolCategory>

/** A period of the week in which a symbol trades, in the symbol's scheduleTimeZone. */
export const ProtoOAInterval = struct('ProtoOAInterval', {
  /** seconds since Sunday 00:00, included */
  startSecond: uint32,
  /** seconds since Sunday 00:00, excluded */
  endSecond: uint32,
})
export type ProtoOAInterval = TypeOf<typeof ProtoOAInterval>

/** A day, or the part of it from startSecond to endSecond, on which a symbol does not trade. */
export const ProtoOAHoliday = struct('ProtoOAHoliday', {
  holidayId: int64,
  name: string,
  description: optional(string),
  /** for the day and its seconds */
  scheduleTimeZone: string,
  /** days since the epoch */
  holidayDate: int64,
  /** every year */
  isRecurring: bool,
  /** seconds since 00:00 of that day */
  startSecond: optional(int32),
  /** seconds since 00:00 of that day */
  endSecond: optional(int32),
})
export type ProtoOAHoliday = TypeOf<typeof ProtoOAHoliday>

/** All terms of a symbol. They are the broker's own, including ids, digits and pip positions. */
export const ProtoOASymbol = struct('ProtoOASymbol', {
  symbolId: int64,
  /** decimals of a price: a tick is 10^-digits */
  digits: int32,
  /** a pip is 10^-pipPosition */
  pipPosition: int32,
  enableShortSelling: optional(bool),
  guaranteedStopLoss: optional(bool),
  /** when the swap is triple, default MONDAY */
  swapRollover3Days: optional(enumeration(ProtoOADayOfWeek)),
  /** in swapCalculationType */
  swapLong: optional(double),
  /** in swapCalculationType */
  swapShort: optional(double),
  /** cents of a unit */
  maxVolume: optional(int64),
  /** cents of a unit */
  minVolume: optional(int64),
  /** cents of a unit */
  stepVolume: optional(int64),
  maxExposure: optional(uint64),
  /** when it trades, in scheduleTimeZone */
  schedule: many(ProtoOAInterval),
  /** deprecated: preciseTradingCommissionRate */
  commission: optional(int64),
  /** default USD_PER_MILLION_USD */
  commissionType: optional(enumeration(ProtoOACommissionType)),
  /** in distanceSetIn */
  slDistance: optional(uint32),
  /** in distanceSetIn */
  tpDistance: optional(uint32),
  /** in distanceSetIn */
  gslDistance: optional(uint32),
  gslCharge: optional(int64),
  /** default SYMBOL_DISTANCE_IN_POINTS */
  distanceSetIn: optional(enumeration(ProtoOASymbolDistanceType)),
  /** deprecated: preciseMinCommission */
  minCommission: optional(int64),
  /** default CURRENCY */
  minCommissionType: optional(enumeration(ProtoOAMinCommissionType)),
  /** default USD */
  minCommissionAsset: optional(string),
  /** USD a day for each open lot of a swap-free account */
  rolloverCommission: optional(int64),
  /** days before the first rolloverCommission */
  skipRolloverDays: optional(int32),
  scheduleTimeZone: optional(string),
  /** default ENABLED */
  tradingMode: optional(enumeration(ProtoOATradingMode)),
  /** when it is triple, default MONDAY */
  rolloverCommission3Days: optional(enumeration(ProtoOADayOfWeek)),
  /** default PIPS */
  swapCalculationType: optional(enumeration(ProtoOASwapCalculationType)),
  /** cents of a unit */
  lotSize: optional(int64),
  /** 10^-8 in commissionType, 10^-5 if that is PERCENTAGE_OF_VALUE */
  preciseTradingCommissionRate: optional(int64),
  /** 10^-8 of the currency that minCommissionType says */
  preciseMinCommission: optional(int64),
  holiday: many(ProtoOAHoliday),
  /** 0.01 % of the gross profit */
  pnlConversionFeeRate: optional(int32),
  leverageId: optional(int64),
  /** hours from one swap to the next */
  swapPeriod: optional(int32),
  /** minutes since 00:00 UTC, of the first swap */
  swapTime: optional(int32),
  /** swapPeriods before the first swap */
  skipSWAPPeriods: optional(int32),
  chargeSwapAtWeekends: optional(bool),
  /** what a unit of the base asset is */
  measurementUnits: optional(string),
  /** of the schedule of guaranteed stop losses: the server sends it, but no schema has it */
  gslScheduleId: optional(int64),
})
export type ProtoOASymbol = TypeOf<typeof ProtoOASymbol>

/** A symbol as in the list. Digits, volumes and the rest come from `ProtoOASymbolByIdReq`. */
export const ProtoOALightSymbol = struct('ProtoOALightSymbol', {
  symbolId: int64,
  symbolName: optional(string),
  /** shown to traders */
  enabled: optional(bool),
  baseAssetId: optional(int64),
  quoteAssetId: optional(int64),
  symbolCategoryId: optional(int64),
  description: optional(string),
  /** lowest first */
  sortingNumber: optional(double),
})
export type ProtoOALightSymbol = TypeOf<typeof ProtoOALightSymbol>

/** A symbol that is no longer traded. */
export const ProtoOAArchivedSymbol = struct('ProtoOAArchivedSymbol', {
  symbolId: int64,
  name: string,
  /** ms since the epoch */
  utcLastUpdateTimestamp: int64,
  description: optional(string),
})
export type ProtoOAArchivedSymbol = TypeOf<typeof ProtoOAArchivedSymbol>

/** The leverage up to a volume. */
export const ProtoOADynamicLeverageTier = struct('ProtoOADynamicLeverageTier', {
  /** cents of USD: the open volume of one side up to which it applies */
  volume: int64,
  leverage: int32,
})
export type ProtoOADynamicLeverageTier = TypeOf<typeof ProtoOADynamicLeverageTier>

/** Leverage that depends on the open volume. */
export const ProtoOADynamicLeverage = struct('ProtoOADynamicLeverage', {
  leverageId: int64,
  /** by rising volume; the last one also applies above its volume */
  tiers: many(ProtoOADynamicLeverageTier),
})
export type ProtoOADynamicLeverage = TypeOf<typeof ProtoOADynamicLeverage>

/**
 * Asks for all assets.
 *
 * Payload type 2112, answered by {@link ProtoOAAssetListRes}.
 */
export const ProtoOAAssetListReq = struct('ProtoOAAssetListReq', { ctidTraderAccountId: int64 })
export type ProtoOAAssetListReq = TypeOf<typeof ProtoOAAssetListReq>

/**
 * All assets.
 *
 * Payload type 2113, the answer to {@link ProtoOAAssetListReq}.
 */
export const ProtoOAAssetListRes = struct('ProtoOAAssetListRes', {
  ctidTraderAccountId: int64,
  asset: many(ProtoOAAsset),
})
export type ProtoOAAssetListRes = TypeOf<typeof ProtoOAAssetListRes>

/**
 * Asks for all classes of assets.
 *
 * Payload type 2153, answered by {@link ProtoOAAssetClassListRes}.
 */
export const ProtoOAAssetClassListReq = struct('ProtoOAAssetClassListReq', { ctidTraderAccountId: int64 })
export type ProtoOAAssetClassListReq = TypeOf<typeof ProtoOAAssetClassListReq>

/**
 * All classes of assets.
 *
 * Payload type 2154, the answer to {@link ProtoOAAssetClassListReq}.
 */
export const ProtoOAAssetClassListRes = struct('ProtoOAAssetClassListRes', {
  ctidTraderAccountId: int64,
  assetClass: many(ProtoOAAssetClass),
})
export type ProtoOAAssetClassListRes = TypeOf<typeof ProtoOAAssetClassListRes>

/**
 * Asks for all categories of symbols.
 *
 * Payload type 2160, answered by {@link ProtoOASymbolCategoryListRes}.
 */
export const ProtoOASymbolCategoryListReq = struct('ProtoOASymbolCategoryListReq', {
  ctidTraderAccountId: int64,
})
export type ProtoOASymbolCategoryListReq = TypeOf<typeof ProtoOASymbolCategoryListReq>

/**
 * All categories of symbols.
 *
 * Payload type 2161, the answer to {@link ProtoOASymbolCategoryListReq}.
 */
export const ProtoOASymbolCategoryListRes = struct('ProtoOASymbolCategoryListRes', {
  ctidTraderAccountId: int64,
  symbolCategory: many(ProtoOASymbolCategory),
})
export type ProtoOASymbolCategoryListRes = TypeOf<typeof ProtoOASymbolCategoryListRes>

/**
 * Asks for all symbols of the account, by name and without their details.
 *
 * Payload type 2114, answered by {@link ProtoOASymbolsListRes}.
 */
export const ProtoOASymbolsListReq = struct('ProtoOASymbolsListReq', {
  ctidTraderAccountId: int64,
  /** default false */
  includeArchivedSymbols: optional(bool),
})
export type ProtoOASymbolsListReq = TypeOf<typeof ProtoOASymbolsListReq>

/**
 * All symbols of the account, without their details.
 *
 * Payload type 2115, the answer to {@link ProtoOASymbolsListReq}.
 */
export const ProtoOASymbolsListRes = struct('ProtoOASymbolsListRes', {
  ctidTraderAccountId: int64,
  symbol: many(ProtoOALightSymbol),
  archivedSymbol: many(ProtoOAArchivedSymbol),
})
export type ProtoOASymbolsListRes = TypeOf<typeof ProtoOASymbolsListRes>

/**
 * Any number of symbols in one request.
 *
 * Payload type 2116, answered by {@link ProtoOASymbolByIdRes}.
 */
export const ProtoOASymbolByIdReq = struct('ProtoOASymbolByIdReq', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
})
export type ProtoOASymbolByIdReq = TypeOf<typeof ProtoOASymbolByIdReq>

/**
 * The symbols with their details.
 *
 * Payload type 2117, the answer to {@link ProtoOASymbolByIdReq}.
 */
export const ProtoOASymbolByIdRes = struct('ProtoOASymbolByIdRes', {
  ctidTraderAccountId: int64,
  symbol: many(ProtoOASymbol),
  archivedSymbol: many(ProtoOAArchivedSymbol),
})
export type ProtoOASymbolByIdRes = TypeOf<typeof ProtoOASymbolByIdRes>

/**
 * The terms of these symbols have changed: request them again.
 *
 * Payload type 2120.
 */
export const ProtoOASymbolChangedEvent = struct('ProtoOASymbolChangedEvent', {
  ctidTraderAccountId: int64,
  symbolId: many(int64),
})
export type ProtoOASymbolChangedEvent = TypeOf<typeof ProtoOASymbolChangedEvent>

/**
 * Asks for the symbols whose prices convert one asset into another.
 *
 * Payload type 2118, answered by {@link ProtoOASymbolsForConversionRes}.
 */
export const ProtoOASymbolsForConversionReq = struct('ProtoOASymbolsForConversionReq', {
  ctidTraderAccountId: int64,
  firstAssetId: int64,
  lastAssetId: int64,
})
export type ProtoOASymbolsForConversionReq = TypeOf<typeof ProtoOASymbolsForConversionReq>

/**
 * The symbols whose prices convert the first asset into the last, in this order.
 *
 * Payload type 2119, the answer to {@link ProtoOASymbolsForConversionReq}.
 */
export const ProtoOASymbolsForConversionRes = struct('ProtoOASymbolsForConversionRes', {
  ctidTraderAccountId: int64,
  /** in the order of the chain */
  symbol: many(ProtoOALightSymbol),
})
export type ProtoOASymbolsForConversionRes = TypeOf<typeof ProtoOASymbolsForConversionRes>

/**
 * Asks for the tiers of a dynamic leverage, which symbols name by `leverageId`.
 *
 * Payload type 2177, answered by {@link ProtoOAGetDynamicLeverageByIDRes}.
 */
export const ProtoOAGetDynamicLeverageByIDReq = struct('ProtoOAGetDynamicLeverageByIDReq', {
  ctidTraderAccountId: int64,
  leverageId: int64,
})
export type ProtoOAGetDynamicLeverageByIDReq = TypeOf<typeof ProtoOAGetDynamicLeverageByIDReq>

/**
 * The tiers of a dynamic leverage.
 *
 * Payload type 2178, the answer to {@link ProtoOAGetDynamicLeverageByIDReq}.
 */
export const ProtoOAGetDynamicLeverageByIDRes = struct('ProtoOAGetDynamicLeverageByIDRes', {
  ctidTraderAccountId: int64,
  leverage: ProtoOADynamicLeverage,
})
export type ProtoOAGetDynamicLeverageByIDRes = TypeOf<typeof ProtoOAGetDynamicLeverageByIDRes>
