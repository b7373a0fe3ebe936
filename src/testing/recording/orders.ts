import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'
import { isCommand, rowOf } from '../../protocol/table'
import type { MessageType } from '../../protocol/table'
import { nameOf } from '../messages/names'
import type { Asked } from './asked'

/** Whether a request is a command: what comes of it belongs to it alone. */
export const isOrder = ({ payloadType }: Asked): boolean =>
  rowOf(payloadType) !== undefined && isCommand(payloadType as MessageType)

/** What a program is told that sends other orders than were recorded. */
export const otherOrder = ({ payloadType }: Asked, difference: string): CTraderError =>
  invalidOption(
    'connect',
    `is a replay of other orders: this ${nameOf(payloadType) ?? 'order'} ${difference}; a recording is not a backtest`,
  )
