import type { Drift } from '../../transport/frame'

/** How many are reported: a server may make up any number of names. */
const MOST_DRIFTS = 1_000

/** Calls it for what this release does not know, once for each field and kind. */
export const eachOnce = (onDrift: (drift: Drift) => void): ((drift: Drift) => void) => {
  const seen = new Set<string>()
  return drift => {
    const key = `${drift.payloadType} ${drift.entity}.${drift.field} ${drift.kind}`
    if (seen.has(key) || seen.size >= MOST_DRIFTS) return
    seen.add(key)
    onDrift(drift)
  }
}
