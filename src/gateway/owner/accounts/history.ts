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

/** Values by key, up to a size of all together. What has not been used for the longest time goes first. */
export const createCache = <T>(capacity: number, sizeOf: (value: T, key: string) => number) => {
  const entries = new Map<string, { readonly value: T; readonly size: number }>()
  let total = 0

  const drop = (key: string): void => {
    total -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }
  return {
    get: (key: string): T | undefined => {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set: (key: string, value: T): void => {
      const size = sizeOf(value, key)
      if (size > capacity) return
      drop(key)
      entries.set(key, { value, size })
      total += size
      for (const [oldest] of entries) {
        if (total <= capacity) return
        drop(oldest)
      }
    },
    clear: (): void => {
      entries.clear()
      total = 0
    },
    size: (): number => total,
  }
}

/** Texts by key, up to so many characters. */
export const createTextCache = (capacity: number) => createCache<string>(capacity, ({ length }) => length)

export type TextCache = ReturnType<typeof createTextCache>
