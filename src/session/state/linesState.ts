import type { Health, SessionHealth } from './health'
import type { ConnectionState, LineState } from './state'
import { omitUndefined } from '../../util/omitUndefined'

/** The worst first, and last a line without a consumer. */
const WORST: readonly LineState['status'][] = [
  'failed',
  'loginRequired',
  'reconnecting',
  'connecting',
  'connected',
  'idle',
]

const worst = <T extends { readonly status: LineState['status'] }>(lines: readonly T[]): T =>
  lines.reduce((a, b) => (WORST.indexOf(b.status) < WORST.indexOf(a.status) ? b : a))

/** The state of a client, from those of its lines. */
export const linesState = (lines: readonly LineState[]): ConnectionState => ({ ...worst(lines), lines })

const present = <T>(values: readonly (T | undefined)[]): T[] =>
  values.filter((value): value is T => value !== undefined)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** The condition of a client, from those of its lines. */
export const linesHealth = (lines: readonly SessionHealth[]): Health => {
  const receivedAt = present(lines.map(line => line.receivedAt))
  const roundTrip = present(lines.map(line => line.roundTrip))
  const waiting = present(lines.map(line => line.waiting))
  return {
    status: worst(lines).status,
    losses: sum(lines.map(({ losses }) => losses)),
    ...omitUndefined({
      receivedAt: receivedAt.length > 0 ? Math.min(...receivedAt) : undefined,
      roundTrip: roundTrip.length > 0 ? Math.max(...roundTrip) : undefined,
      waiting:
        waiting.length > 0
          ? {
              live: sum(waiting.map(({ live }) => live)),
              historical: sum(waiting.map(({ historical }) => historical)),
            }
          : undefined,
      listeners: waiting.length > 0 ? lines.flatMap(({ listeners = [] }) => listeners) : undefined,
      lastLoss: worst(lines).lastLoss ?? present(lines.map(line => line.lastLoss)).at(-1),
    }),
    lines,
  }
}
