import { invalidOption } from '../errors'
import type { ClientSettings } from './options'

/** Accounts that get the same prices. */
export interface Feed {
  readonly name: string
}

/** Finds the feed of an account, the same object for all accounts of a feed. */
export const createFeeds = (feedOf: ClientSettings['feedOf']): ((accountId: number) => Feed | undefined) => {
  const feeds = new Map<string, Feed>()
  return accountId => {
    const name: unknown = feedOf({ accountId })
    if (name === undefined) return undefined
    if (typeof name !== 'string') throw invalidOption('feedOf', 'must give a text or undefined')
    const feed = feeds.get(name) ?? { name }
    feeds.set(name, feed)
    return feed
  }
}
