/** A bar in the smallest steps of its symbol. */
export interface PathBar {
  readonly from: number
  /** The end of the bar, excluded. */
  readonly until: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** A point of the path of a bar: when the bid was where. */
export interface PathPoint {
  readonly at: number
  readonly bid: number
}

/**
 * The path of the bid inside a bar: open, the extreme that is nearer to the open, the other extreme, close. If both
 * are equally near, a bar that rises was at its low first. The open is at the beginning, the extremes follow after
 * one and two thirds, and the close is in the last ms. An extreme that equals the point before it or the close is
 * left out.
 */
export const barPath = ({ from, until, open, high, low, close }: PathBar): readonly PathPoint[] => {
  const [up, down] = [high - open, open - low]
  const lowFirst = down < up || (down === up && close >= open)
  const third = (until - from) / 3
  const path: PathPoint[] = [{ at: from, bid: open }]
  const [first, second] = lowFirst ? [low, high] : [high, low]
  if (first !== open) path.push({ at: Math.floor(from + third), bid: first })
  if (second !== close) path.push({ at: Math.floor(from + 2 * third), bid: second })
  const end = { at: until - 1, bid: close }
  if (path.length > 1 || close !== open) path.push(end)
  return path
}
