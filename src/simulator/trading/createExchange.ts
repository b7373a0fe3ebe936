import type { OrderRefusal } from '../model/refusals'
import { amendOrder, amendPosition } from './commands/amend'
import { bookCash, giveBonus, changeBalance, reportTrader, toTrader } from './accounting/cash'
import { cancelOrder, closePosition, newOrder } from './commands/commands'
import type { Exchange, ExchangeOptions, Trade } from './exchange'
import type { Command } from './execution/pace'
import { getSymbol } from './state/exchangeAccount'
import type { ExchangeAccount } from './state/exchangeAccount'
import { forgetFuture, nextDue } from './execution/due'
import type { Due } from './execution/due'
import { fillHeld } from './execution/held'
import { perform } from './execution/perform'
import { createIds } from './state/ids'
import { restoreBook, keep } from './state/keeping'
import { openBook } from './queries/openBook'
import { createPnlFeed } from './queries/pnl'
import { remargin } from './accounting/remargin'
import { createReplica } from './state/replica'
import { fillModel } from '../model/fills'
import { defaultUnknowns } from '../model/unknowns'
import { createTasks } from './state/tasks'
import { wireOrder, wirePosition } from './state/wire'

const NO_ACCOUNT = 'The exchange has no account'

/** The exchange with its accounts, each with its first deposit. */
export const createExchange = ({
  market,
  accounts,
  seed,
  openedAt,
  announce,
  unknowns = {},
  fills = fillModel(),
  kept,
}: ExchangeOptions): Exchange => {
  const ids = createIds(seed, kept?.ids)
  const tasks = createTasks(kept?.tasks)
  const byId = new Map<number, ExchangeAccount>()
  for (const configured of accounts) {
    const all = { ...defaultUnknowns, ...unknowns }
    const { nettedReversal, profitRate, traderUpdates, partialFill, partialEnd, amendableAfter } = all
    const unknown = { nettedReversal, profitRate, traderUpdates, partialFill, partialEnd, amendableAfter }
    const empty = openBook(configured, market, openedAt)
    const before = kept?.books.find(({ accountId }) => accountId === configured.accountId)
    const book = before ? restoreBook(before, empty) : empty
    const held = { isOn: false, causes: new Map() }
    const account = { market, ids, tasks, announce, fills, ...unknown, book, held }
    if (!before) bookCash(account, book.terms.balance, openedAt)
    byId.set(configured.accountId, account)
  }
  let now = kept ? Math.max(kept.at, openedAt) : openedAt
  /** The next event; unknown after anything that may have changed it. */
  let planned: { readonly next: Due | undefined } | undefined

  const accountOf = (accountId: number): ExchangeAccount => {
    const account = byId.get(accountId)
    if (!account) throw new Error(`${NO_ACCOUNT} ${accountId}`)
    return account
  }

  const replica = createReplica(() => [...byId.values()].map(({ book }) => book))
  const pnl = createPnlFeed(accountOf)

  const firstTask = (): Due | undefined => {
    const task = tasks.first()
    return (
      task && {
        at: task.at,
        happen: () => {
          tasks.removeFirst()
          perform(accountOf(task.accountId), task)
        },
      }
    )
  }

  const next = (): Due | undefined => {
    if (planned) return planned.next
    let first = firstTask()
    for (const account of byId.values()) {
      const due = nextDue(account, now)
      if (due && (first === undefined || due.at < first.at)) first = due
    }
    // Last, so that the reports have the final state.
    const told = pnl.next()
    if (told && (first === undefined || told.at < first.at)) first = told
    planned = { next: first }
    return first
  }

  const advanceTo = (at: number): void => {
    for (let due = next(); due !== undefined && due.at <= at; due = next()) {
      now = Math.max(now, due.at)
      planned = undefined
      due.happen(due.at)
      replica.note(now)
    }
    now = Math.max(now, at)
  }

  /** Acts at a time when everything due before has happened. */
  const actAt = <R>(at: number, act: () => R): R => {
    advanceTo(at)
    const result = act()
    planned = undefined
    replica.note(now)
    return result
  }

  const trade =
    <T>(
      act: (account: ExchangeAccount, request: T, command: Command) => OrderRefusal | undefined,
    ): Trade<T> =>
    (accountId, request, command) =>
      actAt(command.at, () => act(accountOf(accountId), request, command))

  const deposit: Exchange['deposit'] = (accountId, amount, at) => {
    actAt(at, () => {
      changeBalance(accountOf(accountId), amount, at)
    })
  }

  return {
    nextAt: () => next()?.at,
    advanceTo,
    newOrder: trade(newOrder),
    cancelOrder: trade(cancelOrder),
    amendOrder: trade(amendOrder),
    amendPosition: trade(amendPosition),
    closePosition: trade(closePosition),
    moveMarginCall: (accountId, { marginCallType, marginLevelThreshold }, at) =>
      actAt(at, () => {
        const { book } = accountOf(accountId)
        const old = book.marginCalls.find(call => call.marginCallType === marginCallType)
        if (!old) return undefined
        const moved = { ...old, marginLevelThreshold, utcLastUpdateTimestamp: at, armed: true }
        book.marginCalls = book.marginCalls.map(call => (call === old ? moved : call))
        book.marginDirty = true
        return moved
      }),
    hold: (accountId, at) => {
      actAt(at, () => {
        accountOf(accountId).held.isOn = true
      })
    },
    fill: (accountId, fill, at) => actAt(at, () => fillHeld(accountOf(accountId), fill, at)),
    deposit,
    withdraw: (accountId, amount, at) => {
      deposit(accountId, -amount, at)
    },
    bonus: (accountId, change, at) => {
      actAt(at, () => {
        giveBonus(accountOf(accountId), change, at)
      })
    },
    change: (accountId, change, at) => {
      actAt(at, () => {
        const account = accountOf(accountId)
        const before = toTrader(account.book)
        account.book.terms = { ...account.book.terms, ...change }
        for (const symbolId of new Set([...account.book.open].map(position => position.symbolId)))
          remargin(account, symbolId)()
        reportTrader(account, before)
      })
    },
    pnl: {
      isListening: pnl.isListening,
      subscribe: (listener, at) => {
        actAt(at, () => {
          pnl.subscribe(listener, at)
        })
      },
      unsubscribe: (key, accountId) => {
        planned = undefined
        return pnl.unsubscribe(key, accountId)
      },
    },
    repriced: (symbolId, at) => {
      actAt(at, () => {
        for (const account of byId.values()) forgetFuture(account, symbolId, at)
      })
    },
    ledger: accountId => {
      const account = accountOf(accountId)
      const { book } = account
      return {
        trader: toTrader(book),
        orders: [...book.orders.values()].map(order => wireOrder(order, getSymbol(account, order.symbolId))),
        positions: [...book.positions.values()].map(position =>
          wirePosition(position, getSymbol(account, position.symbolId), book.terms),
        ),
        deals: [...book.deals],
        cashFlow: [...book.cashFlow],
      }
    },
    account: accountOf,
    remember: replica.remember,
    keep: () =>
      keep(
        now,
        ids,
        tasks,
        [...byId.values()].map(({ book }) => book),
      ),
    accountAsOf: (accountId, at) => {
      const account = accountOf(accountId)
      return { ...account, book: replica.asOf(account.book, at) }
    },
  }
}
