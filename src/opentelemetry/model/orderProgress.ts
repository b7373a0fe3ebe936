import type { Attributes } from '@opentelemetry/api'
import { ProtoOAOrderType } from '../../protocol/messages/enums'
import type { OrderStep, WatchedOrder } from '../../session/activity'
import { errorCodeAttributes, payloadTypeAttributes } from './attributes'

/** The outcome of an order that ended with an error of this reason. Any other means that the account has failed. */
const outcomes: ReadonlyMap<string, string> = new Map([
  ['withdrawn', 'withdrawn'],
  ['NotSent', 'notSent'],
  ['NotFound', 'notFound'],
  ['InvalidOrder', 'invalid'],
  ['InvalidRequest', 'invalid'],
  ['UnknownSymbol', 'invalid'],
  ['WrongEnvironment', 'invalid'],
])

const orderTypes: ReadonlyMap<number, string> = new Map(
  Object.entries(ProtoOAOrderType).map(([name, type]) => [type as number, name]),
)

/** What an order's steps say so far. */
export interface OrderProgress {
  readonly note: (step: OrderStep) => void
  readonly isInDoubt: () => boolean
  /** The command, and the type of a new order. */
  readonly attributes: () => Attributes
  readonly outcomeAttributes: () => Attributes
}

export const createOrderProgress = ({ isRecovered, payloadType }: WatchedOrder): OrderProgress => {
  let orderType: string | undefined
  // Of an order of another process nothing is known at first.
  let status: string | undefined = isRecovered ? 'outcomeUnknown' : undefined
  let outcome: string | undefined
  let errorType: string | undefined
  let errorCode: string | undefined

  return {
    note: step => {
      if (step.step === 'named' && step.orderType !== undefined) orderType = orderTypes.get(step.orderType)
      if (step.step === 'updated') {
        ;({ status, errorCode } = step)
        // An order that is filled and then protected is a filled one.
        if (outcome !== 'filled') outcome = status
      }
      if (step.step === 'ended' && step.reason !== undefined) {
        if (step.reason !== 'withdrawn') errorType = step.reason
        outcome = outcomes.get(step.reason) ?? 'inDoubt'
      }
    },
    isInDoubt: () => status === 'outcomeUnknown',
    attributes: () => ({
      ...payloadTypeAttributes(payloadType),
      ...(orderType !== undefined && { 'ctrader.order.type': orderType }),
    }),
    outcomeAttributes: () => ({
      'ctrader.order.outcome': outcome ?? 'inDoubt',
      ...(errorType !== undefined && { 'error.type': errorType }),
      ...(errorCode !== undefined && errorCodeAttributes(errorCode)),
    }),
  }
}
