/** Two limits for the bytes that wait for a client. */
export interface BacklogLimits {
  readonly conflateAbove: number
  readonly closeAbove: number
}

const MIB = 1024 * 1024

/** The limits that are given, with defaults: 1 MiB and 16 MiB. */
export const readBacklogLimits = (given: Partial<BacklogLimits>): BacklogLimits => ({
  conflateAbove: MIB,
  closeAbove: 16 * MIB,
  ...given,
})
