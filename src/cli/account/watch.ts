import { auditTime, combineLatest, map, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import { equity, toMoney } from '../../index'
import type { Equity } from '../../index'
import type { Context, Run } from '../definition'
import { result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import { limit, usualSymbols } from '../market/live'
import type { LiveOptions } from '../market/live'
import { quoteColumns, quoteRows } from '../market/quotes'
import type { QuoteRow } from '../market/quotes'
import { parseSymbol } from '../read'
import { withAccount } from '../session/openAccount'
import type { OpenAccount } from '../session/openAccount'
import { positionColumns, positionJson, positionRows, symbolName } from './positionRows'
import type { PositionRow } from './positionRows'

/** How often the screen is drawn, in ms. */
const INTERVAL = 200

interface View {
  readonly quotes: readonly QuoteRow[]
  readonly positions: readonly PositionRow[]
  readonly account: Equity | undefined
}

const view = ({ account }: OpenAccount, names: readonly string[]): Observable<View> =>
  combineLatest({
    quotes: combineLatest(names.map(name => quoteRows(account, parseSymbol(name)))),
    positions: positionRows(account).pipe(startWith([])),
    account: equity(account).pipe(startWith(undefined)),
  }).pipe(auditTime(INTERVAL))

const equityLine = ({ account }: View, { bold }: Context['colours']): string => {
  if (!account) return 'equity –'
  const amount = (value: number): string => toMoney(value, account.moneyDigits).toFixed(2)
  const level = account.marginLevel === undefined ? '' : `   margin level ${account.marginLevel.toFixed(1)} %`
  return `${bold(`equity ${amount(account.equity)}`)}   balance ${amount(account.balance)}\nfree margin ${amount(account.freeMargin)}${level}`
}

const screen = (shown: View, accountId: number, context: Context): string => {
  const { colours, room } = context
  const { quotes, positions } = shown
  return [
    `account ${accountId}   ${equityLine(shown, colours)}`,
    '',
    table(quoteColumns(colours), quotes, colours, room()),
    '',
    positions.length === 0
      ? colours.dim('no open positions')
      : table(positionColumns(context), positions, colours, room()),
    '',
    colours.dim('Ctrl-C ends it.'),
  ].join('\n')
}

const json = ({ quotes, positions, account }: View) => ({
  quotes: quotes.flatMap(({ terms, quote }) =>
    quote ? [{ symbol: symbolName(terms), bid: quote.bid, ask: quote.ask }] : [],
  ),
  positions: positions.map(positionJson),
  equity: account ? toMoney(account.equity, account.moneyDigits) : null,
  balance: account ? toMoney(account.balance, account.moneyDigits) : null,
})

/** Quotes, positions and equity, in place on a screen. */
export const watch: Run<LiveOptions> = (args, options, context) => {
  const names = args.length > 0 ? args : usualSymbols
  return withAccount(
    options,
    context,
    open =>
      view(open, names).pipe(
        limit(options),
        map((shown): Outcome => {
          const text = screen(shown, open.account.accountId, context)
          return context.mode === 'screen' ? { block: text } : result(json(shown), text)
        }),
      ),
    { goesOn: true },
  )
}
