import { resolve } from 'node:path'
import {
  EMPTY,
  combineLatest,
  concat,
  defer,
  from,
  ignoreElements,
  map,
  merge,
  of,
  takeUntil,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { paper as connectPaper } from '../../backtest'
import type { Strategy } from '../../backtest'
import { createClient, equity, orderUpdates, positions, toMoney } from '../../index'
import type { Account, Equity, OrderUpdate } from '../../index'
import { filePaper } from '../../node'
import type { Run } from '../definition'
import { limit } from '../market/live'
import type { LiveOptions } from '../market/live'
import { note } from '../outcome'
import type { Outcome } from '../outcome'
import { withAccount } from '../session/openAccount'
import { untilEnd } from '../session/steps'
import { updateResult } from '../trading/updates'
import { runParams } from './params'
import { loadStrategy } from './strategyModule'

export interface PaperOptions extends LiveOptions {
  readonly store?: string
  readonly balance?: number
  readonly param?: readonly (readonly [string, string])[]
  readonly export?: string
}

/** The updates of a strategy's orders, for as long as it runs. */
const updatesOf = (account: Account, strategy: Strategy, params: object): Observable<OrderUpdate> =>
  merge(orderUpdates(account), defer(() => from(strategy(account, params))).pipe(ignoreElements()))

const summaryText = ({ balance, equity, moneyDigits }: Equity, open: number, store?: string): string => {
  const amount = (value: number): string => toMoney(value, moneyDigits).toFixed(2)
  const kept = store === undefined ? '' : `; kept in ${store}`
  return `The paper account has balance ${amount(balance)}, equity ${amount(equity)}, open positions ${open}${kept}.`
}

/** The updates of a run until its end, and then what the paper account has. */
const withSummary = (
  account: Account,
  update$: Observable<OrderUpdate>,
  { store }: PaperOptions,
): Observable<Outcome> => {
  let summary: string | undefined
  const figures$ = combineLatest([equity(account), positions(account)]).pipe(
    tap(([figures, { all }]) => {
      summary = summaryText(figures, all.length, store)
    }),
    ignoreElements(),
  )
  return concat(
    untilEnd<Outcome>(figures$, update$.pipe(map(updateResult))),
    defer(() => (summary === undefined ? EMPTY : of(note(summary)))),
  )
}

/** Runs a strategy at the prices of an account, with orders on paper. Only prices and lists are asked of the server. */
export const paper: Run<PaperOptions> = ([path = ''], options, context) =>
  defer((): Observable<Outcome> => {
    const { balance, store } = options
    const { strategy } = loadStrategy(path, context.terminal.folder, options.export)
    const params = runParams(options.param)
    return withAccount(
      options,
      context,
      ({ account: real }) => {
        const connect = connectPaper(real, {
          ...(balance !== undefined && { balance }),
          ...(store !== undefined && { store: filePaper(resolve(context.terminal.folder, store)) }),
        })
        const client = createClient({ connect, clientId: 'paper', clientSecret: 'paper', linger: 0 })
        const account = client.account({ accountId: real.accountId, accessToken: 'paper' })
        const begun = note(`Orders are on paper, at the prices of account ${real.accountId}.`)
        const update$ = updatesOf(account, strategy, params).pipe(
          limit(options),
          takeUntil(context.terminal.stop$),
        )
        return concat(of(begun), withSummary(account, update$, options))
      },
      { goesOn: true },
    )
  })
