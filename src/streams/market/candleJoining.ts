import type { WireBar } from '../../protocol/wireBar'

/**
 * Bars of history and live bars, each once, the oldest first. Of two bars with the same time, the one that has seen
 * more.
 */
export const joinBars = (bars: readonly WireBar[]): WireBar[] => {
  const byTime = new Map<number, WireBar>()
  for (const bar of bars) {
    const known = byTime.get(bar.timestamp)
    if (!known || bar.volume > known.volume) byTime.set(bar.timestamp, bar)
  }
  return [...byTime.values()].sort((a, b) => a.timestamp - b.timestamp)
}

/** The bars that come before live bars and history are joined, since the one that formed when the line was lost. */
export const createJoining = (before: WireBar | undefined, history: number) => {
  const since = before?.timestamp ?? -Infinity
  const isNew = ({ timestamp }: WireBar): boolean => timestamp >= since
  /** The newest bars. History may be long, so it is joined only once, when all of it is there. */
  let recent: readonly WireBar[] = before ? [before] : []
  const pages: (readonly WireBar[])[] = []
  const keep = (bar: WireBar): void => {
    if (isNew(bar)) recent = joinBars([...recent, bar])
  }
  return {
    keep,
    keepPage: (page: readonly WireBar[]): void => {
      pages.push(page)
      page.slice(-1).forEach(keep)
    },
    last: (): WireBar | undefined => recent.at(-1),
    /** A live bar covers its whole time. If it is the first bar wanted, history has nothing to add. */
    isFirstWanted: ({ timestamp }: WireBar): boolean => (before ? timestamp === since : history === 0),
    /** All bars, oldest first. They are not kept any longer. */
    takeBars: (): readonly WireBar[] => joinBars([...recent, ...pages.splice(0).flat().filter(isNew)]),
  }
}
