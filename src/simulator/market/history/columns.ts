/** Ticks of one symbol by rising time. Prices are in the smallest steps of the symbol. */
export interface TickColumns {
  readonly count: number
  /** ms since the epoch, strictly rising */
  readonly time: Float64Array
  readonly bid: Int32Array
  readonly ask: Int32Array
  /** How much each tick adds to the volume of bars. */
  readonly volume: Int32Array
  /** 1 if the price came to this tick through all prices since the last one: inside a bar. Otherwise 0. */
  readonly within: Uint8Array
}

/** Collects ticks. */
export interface ColumnWriter {
  /** Adds a tick, or replaces the last one if it has the same time. */
  readonly add: (time: number, bid: number, ask: number, volume: number, within: 0 | 1) => void
  readonly columns: () => TickColumns
}

const FIRST_SIZE = 1024

const allocate = (size: number): TickColumns => ({
  count: 0,
  time: new Float64Array(size),
  bid: new Int32Array(size),
  ask: new Int32Array(size),
  volume: new Int32Array(size),
  within: new Uint8Array(size),
})

const names = ['time', 'bid', 'ask', 'volume', 'within'] as const

const enlarged = (old: TickColumns, size: number): TickColumns => {
  const next = allocate(size)
  for (const name of names) next[name].set(old[name])
  return next
}

export const createColumnWriter = (): ColumnWriter => {
  let all = allocate(FIRST_SIZE)
  let count = 0

  return {
    add: (time, bid, ask, volume, within) => {
      if (count > 0 && all.time[count - 1] === time) count -= 1
      if (count === all.time.length) all = enlarged(all, 2 * count)
      all.time[count] = time
      all.bid[count] = bid
      all.ask[count] = ask
      all.volume[count] = volume
      all.within[count] = within
      count += 1
    },
    columns: () => ({
      count,
      time: all.time.slice(0, count),
      bid: all.bid.slice(0, count),
      ask: all.ask.slice(0, count),
      volume: all.volume.slice(0, count),
      within: all.within.slice(0, count),
    }),
  }
}
