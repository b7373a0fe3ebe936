import { defer, from, ignoreElements, map, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import { paper as connectPaper } from '../../backtest'
import type { Strategy } from '../../backtest'
import { createClient, orderUpdates } from '../../index'
import type { Account, OrderUpdate } from '../../index'
import { filePaper } from '../../node'
import type { Run } from '../definition'
import { limit } from '../market/live'
import type { LiveOptions } from '../market/live'
import { note } from '../outcome'
import type { Outcome } from '../outcome'
import { withAccount } from '../session/openAccount'
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
          ...(store !== undefined && { store: filePaper(store) }),
        })
        const client = createClient({ connect, clientId: 'paper', clientSecret: 'paper', linger: 0 })
        const account = client.account({ accountId: real.accountId, accessToken: 'paper' })
        const begun = note(`Orders are on paper, at the prices of account ${real.accountId}.`)
        return merge(from([begun]), updatesOf(account, strategy, params).pipe(map(updateResult))).pipe(
          limit(options),
        )
      },
      { goesOn: true },
    )
  })
