import { MINUTE } from '../../../time/constants'
import { invalidOrder } from '../../model/invalidOrder'

/** Whether the expiry is in the future, by a clock that may be a minute off. Not checked without a clock. */
export const checkExpires = (expires: number | undefined, now: number | undefined): void => {
  if (expires === undefined) return
  const broken = { field: 'expires', value: expires }
  if (!Number.isSafeInteger(expires))
    throw invalidOrder({ ...broken, rule: 'number', detail: 'must be a time in whole ms' })
  if (now !== undefined && expires <= now - MINUTE)
    throw invalidOrder({
      ...broken,
      rule: 'expires',
      detail: 'is in the past',
      nearest: Math.ceil(now) + 2 * MINUTE,
    })
}
