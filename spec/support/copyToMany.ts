import { asyncScheduler } from 'rxjs'
import type { Subscription } from 'rxjs'
import { createClient, memoryJournal } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { createCopyLog } from '../../docs/examples/copy-trading/copyLog'
import { copyTrades } from '../../docs/examples/copy-trading/copyTrades'
import type { Copied } from '../../docs/examples/copy-trading/model'
import { manyAccounts } from './manyAccounts'

const MASTER = 1_000

export interface CopyToMany {
  readonly broker: Simulator
  /** The ids of the followers. */
  readonly followers: readonly number[]
  readonly results: readonly Copied[]
  readonly running: Subscription
  /** The master opens a position of a lot, or closes the one that it has. */
  readonly trade: (act: 'open' | 'close') => void
  /** From the master's fill to the fill of each follower, in ms, the shortest first, since the last look. */
  readonly latencies: () => readonly number[]
}

/** The copier of the example with many followers on some lines, each with a grant of its own; in virtual time. */
export const copyToMany = (count: number, lines: number): CopyToMany => {
  const followers = Array.from({ length: count }, (_, index) => MASTER + 1 + index)
  const tokenOf = (id: number): string => `token-${id}`
  const broker = createSimulator({ latency: 20, ...manyAccounts([MASTER, ...followers], tokenOf) })
  const client = createClient({
    connect: broker.connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    linger: 0,
    lines,
  })
  const accountOf = (accountId: number) => client.account({ accountId, accessToken: tokenOf(accountId) })
  const results: Copied[] = []
  let filledAt = NaN
  let latencies: number[] = []
  const running = copyTrades({
    master: accountOf(MASTER),
    followers: followers.map(id => ({
      account: accountOf(id),
      journal: memoryJournal(),
      sizing: { by: 'multiplier', factor: 0.1 },
    })),
    log: createCopyLog({ load: () => [], append: () => undefined }),
    symbols: ['EURUSD'],
    maxAge: 5_000,
  }).subscribe(copied => {
    results.push(copied)
    if (copied.status === 'filled') latencies.push(asyncScheduler.now() - filledAt)
  })
  return {
    broker,
    followers,
    results,
    running,
    trade: act => {
      broker.trade((exchange, now) => {
        const by = { at: now, clientMsgId: 'terminal' }
        const [open] = exchange.ledger(MASTER).positions
        const whose = { ctidTraderAccountId: MASTER }
        filledAt = asyncScheduler.now()
        if (act === 'open' || !open)
          exchange.newOrder(
            MASTER,
            { ...whose, symbolId: 1, orderType: 1, tradeSide: 1, volume: 10_000_000 },
            by,
          )
        else {
          const { positionId, tradeData } = open
          exchange.closePosition(MASTER, { ...whose, positionId, volume: tradeData.volume }, by)
        }
      })
    },
    latencies: () => {
      const sorted = latencies.sort((a, b) => a - b)
      latencies = []
      return sorted
    },
  }
}
