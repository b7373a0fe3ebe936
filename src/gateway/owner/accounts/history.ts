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

/** Texts by key, up to so many characters. What has not been used for the longest time goes first. */
export const createTextCache = (capacity: number) => {
  const texts = new Map<string, string>()
  let size = 0

  const drop = (key: string): void => {
    size -= texts.get(key)?.length ?? 0
    texts.delete(key)
  }
  return {
    get: (key: string): string | undefined => {
      const text = texts.get(key)
      if (text === undefined) return undefined
      texts.delete(key)
      texts.set(key, text)
      return text
    },
    set: (key: string, text: string): void => {
      if (text.length > capacity) return
      drop(key)
      texts.set(key, text)
      size += text.length
      for (const [oldest] of texts) {
        if (size <= capacity) return
        drop(oldest)
      }
    },
    size: (): number => size,
  }
}

export type TextCache = ReturnType<typeof createTextCache>
