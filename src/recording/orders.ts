import { invalidOption } from '../errors'
import type { CTraderError } from '../errors'
import { isCommand, messageRow } from '../protocol/table'
import type { MessageType } from '../protocol/table'
import { payloadTypeName } from '../protocol/payloadTypeName'
import type { Asked } from './readRequest'

/** Whether a request is an order command: its outcome belongs to it alone. */
export const isOrder = ({ payloadType }: Asked): boolean =>
  messageRow(payloadType) !== undefined && isCommand(payloadType as MessageType)

/** The error for a program that sends different orders than the recording. */
export const otherOrder = ({ payloadType }: Asked, difference: string): CTraderError =>
  invalidOption(
    'connect',
    `is a replay of other orders: this ${payloadTypeName(payloadType) ?? 'order'} ${difference}; a recording is not a backtest`,
  )
