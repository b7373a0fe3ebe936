import { map } from 'rxjs'

/** The status of each value that was seen, in their order. */
export const statuses = ({ values }: { readonly values: readonly { readonly status: string }[] }): string[] =>
  values.map(({ status }) => status)

/** The letters of statuses in diagrams. */
export const STATUS = {
  s: 'sent',
  a: 'accepted',
  f: 'filled',
  p: 'protected',
  r: 'replaced',
  c: 'cancelled',
  j: 'rejected',
  u: 'outcomeUnknown',
} as const

/** The statuses of an order's updates, to be drawn with the letters of `STATUS`. */
export const statusOf = map(({ status }: { readonly status: string }) => status)
