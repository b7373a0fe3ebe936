import type { ProtoOAOrderTriggerMethod } from '../../protocol/messages/enums'
import type { Pips, Price } from '../../protocol/units'
import type { Protection, ProtectionTarget, Volume } from './newOrder'

/** New protections. What is left out stays, `null` is removed. */
export interface ProtectionChanges {
  readonly stopLoss?: Protection | null
  readonly takeProfit?: Protection | null
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
  readonly stopTriggerMethod?: ProtoOAOrderTriggerMethod
}

/** New terms of a pending order. What is left out stays. */
export interface OrderChanges extends ProtectionChanges {
  readonly volume?: Volume
  readonly price?: Price
  /** For a stop limit order. */
  readonly slippage?: Pips
  /** ms since the epoch */
  readonly expires?: number
}

export const protectionNames: Record<keyof ProtectionChanges, true> = {
  stopLoss: true,
  takeProfit: true,
  trailingStopLoss: true,
  guaranteedStopLoss: true,
  stopTriggerMethod: true,
}

export const orderChangeNames: Record<keyof OrderChanges, true> = {
  ...protectionNames,
  volume: true,
  price: true,
  slippage: true,
  expires: true,
}

/**
 * Without a stop loss there is nothing to trail or to guarantee. So flags of the old stop loss are dropped without
 * an error.
 */
export const stopLossFlags = (
  changes: ProtectionChanges,
  current: Pick<ProtectionTarget, 'trailingStopLoss' | 'guaranteedStopLoss'>,
  hasStopLoss: boolean,
): Pick<ProtectionTarget, 'trailingStopLoss' | 'guaranteedStopLoss'> => ({
  trailingStopLoss: changes.trailingStopLoss ?? (hasStopLoss ? current.trailingStopLoss : undefined),
  guaranteedStopLoss: changes.guaranteedStopLoss ?? (hasStopLoss ? current.guaranteedStopLoss : undefined),
})
