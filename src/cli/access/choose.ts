import { defer, map, of, retry, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { accountColumns } from '../account/accounts'
import type { AccountRow } from '../account/accounts'
import type { Context } from '../definition'
import { Failed, Mistake } from '../outcome'
import { table } from '../output/table'
import type { Column } from '../output/table'
import { findAccount } from '../session/accountList'

/** How often the user is asked. */
const MOST_TRIES = 3

type Numbered = AccountRow & { readonly number: number }

const numberedColumns: readonly Column<Numbered>[] = [
  { title: '', cell: ({ number }) => number, right: true },
  ...accountColumns.slice(1),
]

/** The accounts, numbered from 1. */
const numberedTable = (rows: readonly AccountRow[], { colours, room }: Context): string =>
  table(
    numberedColumns,
    rows.map((row, i) => ({ ...row, number: i + 1 })),
    colours,
    room(),
  )

/**
 * The account to write: the one that is named, the only one, or the one that the user chooses. Without a user to
 * ask it is the first one, if possible a demo account.
 */
export const chooseAccount = (
  rows: readonly AccountRow[],
  named: string | undefined,
  context: Context,
): Observable<AccountRow> => {
  const [first] = rows
  if (!first)
    return throwError(() => new Failed('Access was granted to no account. npx rx-ctrader login asks again.'))
  const { ask } = context.terminal
  if (named !== undefined) {
    return defer(() => {
      const { accountId } = findAccount(rows, named)
      return of(rows.find(row => row.accountId === accountId) ?? first)
    })
  }
  if (rows.length === 1) return of(first)
  if (!ask) return of(rows.find(({ environment }) => environment === 'demo') ?? first)
  const question = `${numberedTable(rows, context)}\nWhich account? (1–${rows.length}) `
  return defer(() => ask(question)).pipe(
    map(answer => {
      const row = rows[Number(answer) - 1] ?? rows.find(({ accountId }) => String(accountId) === answer)
      if (!row) throw new Mistake(`There is no account ${answer}.`)
      return row
    }),
    retry(MOST_TRIES - 1),
  )
}
