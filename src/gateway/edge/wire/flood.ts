import { monotonicNow } from '../../../clock'

/** How a line may send. */
export interface FrameLimits {
  /** Frames per second. Default 50, as at cTrader. */
  readonly framesPerSecond: number
  /** Frames that may come at once. Default 100. */
  readonly burst: number
}

/** What happens to a frame: it is read, refused unread, or ends the line. */
export type Admission = 'read' | 'refuse' | 'end'

/** A line that goes on after so many refused frames in a row does not listen. */
const MAX_REFUSED = 500

/** A bucket of tokens: each frame takes one, and they come back with time. */
export const createFloodGate = ({ framesPerSecond, burst }: FrameLimits): (() => Admission) => {
  let tokens = burst
  let filledAt = monotonicNow()
  let refused = 0
  return () => {
    const now = monotonicNow()
    tokens = Math.min(burst, tokens + ((now - filledAt) * framesPerSecond) / 1_000)
    filledAt = now
    if (tokens >= 1) {
      tokens -= 1
      refused = 0
      return 'read'
    }
    refused += 1
    return refused > MAX_REFUSED ? 'end' : 'refuse'
  }
}

/** How much of a text is searched for its id. */
const HEAD = 300

/** The id in a frame that is not parsed. */
export const findClientMsgId = (text: string): string | undefined =>
  /"clientMsgId"\s*:\s*"([^"\\]{1,100})"/.exec(text.slice(0, HEAD))?.[1]
