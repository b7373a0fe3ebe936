import { catchError, combineLatest, filter, forkJoin, map, of, switchMap, take, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import { assets, formatMoney, trader } from '../../index'
import type { Client, Environment } from '../../index'
import type { Context, Run, SessionOptions } from '../definition'
import { result } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { accountList } from '../session/accountList'
import type { ListedAccount } from '../session/accountList'
import { openClient } from '../session/client'
import type { OpenAccount } from '../session/openAccount'
import { withAccount } from '../session/openAccount'

/** How long the balance of an account may take, in ms. */
const BALANCE_TIMEOUT = 10_000

interface Balance {
  readonly balance: string
  readonly currency: string | undefined
}

/** An account with its balance, if the server gives it. */
export type AccountRow = ListedAccount & Partial<Balance> & { readonly isSelected: boolean }

/** The columns of accounts. */
export const accountColumns: readonly Column<AccountRow>[] = [
  { title: '', cell: ({ isSelected }) => (isSelected ? '*' : '') },
  { title: 'account', cell: ({ accountId }) => accountId, right: true },
  { title: 'login', cell: ({ login }) => login, right: true },
  { title: 'broker', cell: ({ broker }) => broker, shortened: true },
  { title: 'kind', cell: ({ environment }) => environment },
  { title: 'balance', cell: ({ balance }) => balance, right: true },
  { title: '', cell: ({ currency = '' }) => currency },
  { title: 'scope', cell: ({ scope }) => scope },
]

/** What `--json` writes of an account. */
export const accountJson = ({ isSelected, balance, currency, ...account }: AccountRow) => ({
  ...account,
  balance: balance === undefined ? null : Number(balance),
  currency: currency ?? null,
  selected: isSelected,
})

const balanceIn = (client: Client, accountId: number, accessToken: string): Observable<Partial<Balance>> => {
  const account = client.account({ accountId, accessToken })
  return combineLatest([trader(account), assets(account)]).pipe(
    take(1),
    map(([{ balance, moneyDigits = 2, depositAssetId }, all]) => ({
      balance: formatMoney(balance, moneyDigits),
      currency: all.find(({ assetId }) => assetId === depositAssetId)?.name,
    })),
    timeout(BALANCE_TIMEOUT),
    // The list is useful without it.
    catchError(() => of({})),
  )
}

/** The accounts of a token with their balances. Each is asked for at the host that serves it. */
export const accountRows = (
  accounts: readonly ListedAccount[],
  clientFor: (environment: Environment) => Client,
  accessToken: string,
  selected: number | undefined,
): Observable<readonly AccountRow[]> =>
  accounts.length === 0
    ? of([])
    : forkJoin(
        accounts.map(account =>
          balanceIn(clientFor(account.environment), account.accountId, accessToken).pipe(
            map(balance => ({ ...account, ...balance, isSelected: account.accountId === selected })),
          ),
        ),
      )

const rowsFrom = (
  { account, client, credentials, tokens }: OpenAccount,
  options: SessionOptions,
  context: Context,
): Observable<readonly AccountRow[]> => {
  const clients = new Map<Environment, Client>()
  const clientFor = (environment: Environment): Client => {
    if (credentials.server !== undefined || environment === credentials.environment) return client
    const known = clients.get(environment) ?? openClient(credentials, environment, options, context)
    clients.set(environment, known)
    return known
  }
  return account.authenticated$.pipe(
    filter(({ status }) => status === 'authenticated'),
    take(1),
    switchMap(() => {
      const { accessToken } = tokens()
      return accountList(client, accessToken).pipe(
        switchMap(accounts => accountRows(accounts, clientFor, accessToken, account.accountId)),
      )
    }),
  )
}

/** The accounts that the token gives access to. */
export const accounts: Run<SessionOptions> = (_, options, context) =>
  withAccount(options, context, open =>
    rowsFrom(open, options, context).pipe(
      map(rows =>
        result(rows.map(accountJson), table(accountColumns, rows, context.colours, context.room())),
      ),
    ),
  )
