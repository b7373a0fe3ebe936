import type { ProtoOADeal } from '../../../protocol/messages/deals'
import { ProtoOAExecutionType, ProtoOAOrderStatus } from '../../../protocol/messages/enums'
import { reportChange } from '../state/exchangeAccount'
import type { Cause, ExchangeAccount } from '../state/exchangeAccount'
import { end } from './finish'
import type { Order, Position } from '../state/records'

/** How an order ends after a partial fill. */
export interface Ending {
  readonly executionType: ProtoOAExecutionType
  readonly status: ProtoOAOrderStatus
  readonly errorCode?: string
}

export const cancelled: Ending = {
  executionType: ProtoOAExecutionType.ORDER_CANCELLED,
  status: ProtoOAOrderStatus.ORDER_STATUS_CANCELLED,
}

export const notEnoughMoney: Ending = {
  executionType: ProtoOAExecutionType.ORDER_REJECTED,
  status: ProtoOAOrderStatus.ORDER_STATUS_REJECTED,
  errorCode: 'NOT_ENOUGH_MONEY',
}

const isWhole = (order: Order): boolean => order.executedVolume === order.volume

/** Whether the end of an order is reported together with its last fill. */
const endsWithFill = ({ partialEnd }: ExchangeAccount, ending: Ending | undefined): ending is Ending =>
  ending !== undefined && partialEnd !== 'fillAndEnd'

/** Ends an order that is filled, or whose rest will not be filled. */
export const settle = (
  account: ExchangeAccount,
  order: Order,
  at: number,
  ending: Ending | undefined,
): void => {
  if (isWhole(order)) end(account, order, ProtoOAOrderStatus.ORDER_STATUS_FILLED, at)
  else if (endsWithFill(account, ending)) end(account, order, ending.status, at)
}

/** Reports a fill once it is known whether it is the last. */
export const reportFill = (
  account: ExchangeAccount,
  order: Order,
  { position, deal }: { readonly position: Position; readonly deal: ProtoOADeal },
  cause: Cause,
  ending: Ending | undefined,
): void => {
  const { ORDER_FILLED, ORDER_PARTIAL_FILL } = ProtoOAExecutionType
  const { partialFill, partialEnd } = account
  if (isWhole(order)) reportChange(account, ORDER_FILLED, { order, position, deal }, cause)
  else if (endsWithFill(account, ending)) {
    const { executionType, errorCode } = ending
    const told = partialEnd === 'endWithDeal' ? { deal } : {}
    reportChange(account, executionType, { order, position, ...told, errorCode }, cause)
  } else if (partialFill === 'ORDER_FILLED') {
    const status = ProtoOAOrderStatus.ORDER_STATUS_FILLED
    reportChange(account, ORDER_FILLED, { order: { ...order, status }, position, deal }, cause)
  } else reportChange(account, ORDER_PARTIAL_FILL, { order, position, deal }, cause)
}
