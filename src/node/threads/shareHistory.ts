import type { PreparedHistory } from '../../simulator/market/history/readHistory'

/** The same numbers in memory that threads share, so that none needs a copy. */
const shared = <T extends Float64Array | Int32Array | Uint8Array>(column: T): T => {
  const Column = column.constructor as new (buffer: SharedArrayBuffer) => T
  const copy = new Column(new SharedArrayBuffer(column.byteLength))
  copy.set(column)
  return copy
}

/** A history for threads. They read it, and never change it. */
export const shareHistory = (history: PreparedHistory): PreparedHistory => {
  const { count, time, bid, ask, volume, within } = history.columns
  return {
    ...history,
    columns: {
      count,
      time: shared(time),
      bid: shared(bid),
      ask: shared(ask),
      volume: shared(volume),
      within: shared(within),
    },
  }
}
