/** Until when faults strike and consumers come, in ms. */
export const TROUBLE = 60_000
/**
 * How long a session may take to be whole again after the last fault. A dead line is noticed within 46 s. The longest
 * pause is 30 s: of the line, then perhaps of an account and of a subscription.
 */
const HEALED = 150_000
/** From here on all must be well. */
export const QUIET = TROUBLE + HEALED
/** When the values are compared: by then every symbol has had a new price. */
export const LOOK = QUIET + 20_000
export const END = LOOK + 5_000
