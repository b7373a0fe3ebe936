import type { Bus } from '../../bus/bus'
import { subjects } from '../../bus/subjects'
import { createCurrentPrices } from './currentPrices'
import type { CurrentPrices } from './currentPrices'
import { createNumbers } from '../session/numbers'
import type { OwnedLine, Ownership } from '../session/ownedLine'

/** The prices of a feed on a line, which all its accounts there share. */
export interface LineFeed {
  /** What their subjects begin with. */
  readonly source: string
  readonly current: CurrentPrices
}

/**
 * The feeds of a line, by their names. They are kept as long as the line is owned: an edge may have the last number of a
 * feed whose accounts are closed.
 */
export const createLineFeeds = (
  { counters, environment, name: line }: OwnedLine,
  { epoch }: Ownership,
  bus: Bus,
): ((feed: string) => LineFeed) => {
  const feeds = new Map<string, LineFeed>()
  const create = (feed: string): LineFeed => {
    const source = subjects.feedPrices(environment, feed, line)
    return {
      source,
      current: createCurrentPrices({ bus, source, epoch, numbers: createNumbers(), counters }),
    }
  }
  return name => {
    const feed = feeds.get(name) ?? create(name)
    feeds.set(name, feed)
    return feed
  }
}
