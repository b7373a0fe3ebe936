/** A master and its followers: shares, a refusal, a follower that is away, a process that is restarted; in virtual time. */
import assert from 'node:assert'
import { asyncScheduler } from 'rxjs'
import type { Subscription } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { ProtoOAAccountType, ProtoOAClientPermissionScope, createClient, memoryJournal } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { createCopyLog } from './copy-trading/copyLog'
import type { CopyEntry } from './copy-trading/copyLog'
import { copyTrades } from './copy-trading/copyTrades'
import type { Copied, Follower } from './copy-trading/model'

const MASTER = 1
const IDS = [MASTER, 2, 3, 4]
const LOT = 10_000_000

/** What is in files in a real program, and outlives its process. */
const entries: CopyEntry[] = []
const journals = new Map(IDS.map(id => [id, memoryJournal()]))
const results: Copied[] = []

new TestScheduler(assert.deepEqual).run(() => {
  const broker = createSimulator({
    latency: 20,
    symbols: [{ name: 'EURUSD.x', like: 'EURUSD' }],
    accounts: [
      { accountId: 1, balance: 10_000_000 },
      { accountId: 2, balance: 5_000_000 },
      { accountId: 3, balance: 2_000_000, accountType: ProtoOAAccountType.NETTED },
      { accountId: 4, balance: 1_000_000, symbols: ['EURUSD.x'] },
    ].map(account => ({
      isLive: false,
      traderLogin: account.accountId,
      brokerTitleShort: 'Simulator',
      ...account,
    })),
    grants: [
      {
        accessToken: 'demo',
        refreshToken: 'refresh',
        accountIds: IDS,
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      },
    ],
  })

  const start = (): Subscription => {
    const client = createClient({
      connect: broker.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      linger: 0,
      random: () => 0.5,
    })
    const accountOf = (accountId: number) => client.account({ accountId, accessToken: 'demo' })
    const journalOf = (accountId: number) => journals.get(accountId) ?? memoryJournal()
    // #region followers
    const followers: readonly Follower[] = [
      { account: accountOf(2), journal: journalOf(2), sizing: { by: 'equity' } },
      { account: accountOf(3), journal: journalOf(3), sizing: { by: 'lots', lots: 0.2 }, isNetted: true },
      {
        account: accountOf(4),
        journal: journalOf(4),
        sizing: { by: 'multiplier', factor: 0.1 },
        symbols: { EURUSD: 'EURUSD.x' },
      },
    ]
    const log = createCopyLog({ load: () => [...entries], append: entry => entries.push(entry) })
    const copied$ = copyTrades({
      master: accountOf(MASTER),
      followers,
      log,
      symbols: ['EURUSD'],
      maxAge: 5_000,
      since: 0,
    })
    // #endregion
    return copied$.subscribe(copied => results.push(copied))
  }

  const at = (ms: number, act: () => void): void => {
    asyncScheduler.schedule(act, ms)
  }

  /** The master trades at a terminal. */
  const trade = (lots: number): void => {
    broker.trade((exchange, now) => {
      const by = { at: now, clientMsgId: 'terminal' }
      const order = {
        ctidTraderAccountId: MASTER,
        symbolId: 1,
        orderType: 1,
        tradeSide: 1,
        volume: lots * LOT,
      } as const
      const open = exchange.ledger(MASTER).positions.find(({ tradeData }) => tradeData.volume > 0)
      if (lots > 0) exchange.newOrder(MASTER, order, by)
      else if (open)
        exchange.closePosition(
          MASTER,
          { ctidTraderAccountId: MASTER, positionId: open.positionId, volume: -lots * LOT },
          by,
        )
    })
  }

  const show = (what: string): void => {
    const lots: number[] = []
    broker.trade(exchange => {
      for (const id of IDS)
        lots.push(
          exchange.ledger(id).positions.reduce((sum, { tradeData }) => sum + tradeData.volume / LOT, 0),
        )
    })
    const took = results.filter(({ status }) => status === 'filled').map(copied => copied.took)
    const sorted = took.sort((a, b) => a - b)
    const others = results
      .filter(({ status }) => status !== 'filled')
      .map(({ accountId, status }) => `${accountId} ${status}`)
    console.log(
      `${what}: ${lots.map(of => of.toFixed(2)).join(', ')}${others.map(text => `; ${text}`).join('')}`,
    )
    console.log(
      `  master's fill to followers' fills: median ${sorted[sorted.length >> 1]} ms, worst ${sorted.at(-1)} ms`,
    )
    results.length = 0
  }

  let running = start()
  at(20_000, () => {
    trade(1)
  })
  at(25_000, () => {
    show('opened')
  })
  at(30_000, () => {
    broker.fault({
      kind: 'refuse',
      payloadType: 2106,
      errorCode: 'NOT_ENOUGH_MONEY',
      carrier: 2132,
    })
    trade(1)
  })
  at(35_000, () => {
    show('one refuses')
  })
  at(40_000, () => {
    trade(-0.5)
  })
  at(40_050, () => {
    // The process dies with orders on their way, and another one goes on.
    running.unsubscribe()
    running = start()
  })
  at(60_000, () => {
    show('restarted in the middle of a close')
  })
  at(70_000, () => {
    running.unsubscribe()
  })
})
