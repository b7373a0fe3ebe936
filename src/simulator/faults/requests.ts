import { asyncScheduler } from 'rxjs'
import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import type { Intervention } from '../model/openConnection'
import * as refusals from '../model/refusals'
import type { Armed, ArmedFaults } from './armed'
import type { FrameFault, RequestFault } from './fault'
import type { Line } from './line'

const { ERROR_RES, PROTO_OA_ERROR_RES, PROTO_OA_ORDER_ERROR_EVENT } = PayloadType

type Refusing = Extract<Intervention, { kind: 'refuse' }>

const isRequestFault = (fault: RequestFault | FrameFault): fault is RequestFault =>
  fault.kind === 'refuse' ||
  fault.kind === 'swallow' ||
  fault.kind === 'slow' ||
  fault.kind === 'misroute' ||
  fault.kind === 'maintenance'

/** The ids in an order command, which a 2132 repeats. */
const named = (payload: unknown): Readonly<Record<string, unknown>> => {
  const { ctidTraderAccountId, orderId, positionId } = Object(payload) as Readonly<Record<string, unknown>>
  return { ctidTraderAccountId, orderId, positionId }
}

const isHit = (fault: RequestFault, payloadType: number, payload: unknown): boolean => {
  switch (fault.kind) {
    case 'refuse':
    case 'swallow':
    case 'slow':
      return fault.payloadType === undefined || fault.payloadType === payloadType
    case 'misroute': {
      const { ctidTraderAccountId } = Object(payload) as { readonly ctidTraderAccountId?: unknown }
      return (
        ctidTraderAccountId !== undefined &&
        (fault.accountId === undefined || fault.accountId === ctidTraderAccountId)
      )
    }
    case 'maintenance':
      return true
  }
}

const refusalOf = (
  { fault, until }: Armed<Extract<RequestFault, { kind: 'refuse' | 'maintenance' }>>,
  payload: unknown,
): Omit<Refusing, 'kind' | 'withoutId'> => {
  if (fault.kind === 'maintenance') {
    const end = Math.ceil(asyncScheduler.now() + until - monotonicNow())
    return fault.carrier === ERROR_RES
      ? { carrier: ERROR_RES, refusal: refusals.underMaintenance(end) }
      : { carrier: PROTO_OA_ERROR_RES, refusal: refusals.underMaintenance(Math.ceil(end / 1000)) }
  }
  const { errorCode, description, retryAfter, carrier } = fault
  return carrier === PROTO_OA_ORDER_ERROR_EVENT && named(payload)['ctidTraderAccountId'] !== undefined
    ? { carrier, refusal: { ...named(payload), errorCode, description } }
    : carrier === ERROR_RES
      ? { carrier, refusal: { errorCode, description } }
      : { carrier: PROTO_OA_ERROR_RES, refusal: { errorCode, description, retryAfter } }
}

const intervention = (armed: Armed<RequestFault>, payload: unknown): Intervention => {
  const { fault } = armed
  switch (fault.kind) {
    case 'swallow':
      return { kind: 'swallow', takesEffect: fault.takesEffect }
    case 'slow':
      return { kind: 'slow', ms: fault.ms }
    case 'misroute':
      return {
        kind: 'refuse',
        carrier: PROTO_OA_ERROR_RES,
        refusal: refusals.notRouted,
        withoutId: false,
      }
    case 'maintenance':
    case 'refuse':
      return {
        kind: 'refuse',
        ...refusalOf({ ...armed, fault }, payload),
        withoutId: fault.withoutId ?? false,
      }
  }
}

/** Applies the armed faults to a request on a line. */
export const applyRequestFaults = (
  armedFaults: ArmedFaults,
  line: Line,
  payloadType: number,
  payload: unknown,
): Intervention | undefined => {
  if (armedFaults.isEmpty()) return undefined
  const armed = armedFaults.pick(line, isRequestFault).find(({ fault }) => isHit(fault, payloadType, payload))
  if (armed === undefined) return undefined
  armedFaults.spend(armed)
  return intervention(armed, payload)
}
