import { asyncScheduler } from 'rxjs'
import { PayloadType } from '../../../protocol/payloadType'
import type { Payload, RequestType } from '../../../protocol/table'
import { barTimeFinder } from '../../../time/barPeriods'
import { MINUTE } from '../../../time/constants'

/** How long after its end a range may still change on the server, in ms. */
const SETTLED_AFTER = 5 * MINUTE

const isSettled = (end = Infinity): boolean => end + SETTLED_AFTER <= asyncScheduler.now()

/** Whether the answer to a request for history will never change. */
export const isClosedHistory = (payloadType: RequestType, payload: object): boolean => {
  switch (payloadType) {
    case PayloadType.PROTO_OA_GET_TRENDBARS_REQ: {
      const { toTimestamp, period } = payload as Payload<typeof PayloadType.PROTO_OA_GET_TRENDBARS_REQ>
      // The last bar may still be forming then.
      return toTimestamp !== undefined && isSettled(barTimeFinder(period)(toTimestamp).until)
    }
    case PayloadType.PROTO_OA_GET_TICKDATA_REQ: {
      const { toTimestamp } = payload as Payload<typeof PayloadType.PROTO_OA_GET_TICKDATA_REQ>
      return isSettled(toTimestamp)
    }
    default:
      return false
  }
}
