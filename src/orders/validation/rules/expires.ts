import { right } from 'fp-ts/Either'
import { violation } from '../../model/invalidOrder'
import type { Checked } from '../../model/invalidOrder'
import { MINUTE } from '../../../time/constants'

/** Whether the expiry is in the future, by a clock that may be a minute off. Not checked without a clock. */
export const checkExpires = (expires: number | undefined, now: number | undefined): Checked<unknown> => {
  if (expires === undefined) return right(undefined)
  const field = 'expires'
  if (!Number.isSafeInteger(expires))
    return violation({ rule: 'number', field, value: expires, detail: 'must be a time in whole ms' })
  return now !== undefined && expires <= now - MINUTE
    ? violation({
        rule: 'expires',
        field,
        value: expires,
        detail: 'is in the past',
        nearest: Math.ceil(now) + 2 * MINUTE,
      })
    : right(undefined)
}
