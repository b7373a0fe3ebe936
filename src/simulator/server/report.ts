import type { Line, LineState } from '../faults/line'
import type { World } from '../world/world'

/** A line and its subscriptions, by account. */
export interface LineReport extends LineState {
  readonly subscriptions: readonly {
    readonly accountId: number
    /** Symbol ids. */
    readonly spots: readonly number[]
    readonly depth: readonly number[]
  }[]
}

export const lineReport = ({ feed, market }: World, line: Line): LineReport => {
  const { session } = line.connection
  const symbolIds = market.catalogue.symbols.map(({ light }) => light.symbolId)
  const state = line.state()
  return {
    ...state,
    subscriptions: state.accountIds.map(accountId => {
      const subscriber = { session, accountId }
      return {
        accountId,
        spots: symbolIds.filter(symbolId => feed.spotsOf(subscriber, symbolId) !== undefined),
        depth: symbolIds.filter(symbolId => feed.hasDepth(subscriber, symbolId)),
      }
    }),
  }
}
