import { concat, defer, finalize, of, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OrderOptions, OrderUpdate } from '../../index'
import type { Context } from '../definition'
import { Failed, Mistake, exitCodes, note } from '../outcome'
import type { Outcome } from '../outcome'
import type { OpenAccount } from '../session/openAccount'
import { concatMapValue } from '../session/steps'
import { findEarlierOrders } from './earlier'
import { orderJournal } from './journal'
import type { TradeOptions } from './journal'
import { orderOutcomes } from './updates'

/** What is asked before something is sent. */
export interface Confirmation {
  /** What would be sent, as lines. */
  readonly lines: readonly string[]
  readonly options: TradeOptions
  /** Sends it. */
  readonly send: (options: OrderOptions) => Observable<OrderUpdate>
}

const accountLine = ({ account, credentials: { environment } }: OpenAccount): string =>
  `account     ${account.accountId} (${environment === 'live' ? 'LIVE: real money' : (environment ?? 'unknown')})`

/** On a live account, the user types its number, and not only a letter. */
const question = ({ account, credentials: { environment } }: OpenAccount) =>
  environment === 'demo'
    ? { text: 'Send it? (y/N) ', isYes: (answer: string) => /^y(es)?$/i.test(answer) }
    : {
        text: `This is a live account. Type its number ${account.accountId} to send it: `,
        isYes: (answer: string) => answer === String(account.accountId),
      }

/** The user's consent; errors without it. */
const askUser = (open: OpenAccount, { terminal: { ask, err }, mode }: Context): Observable<unknown> => {
  if (!ask || mode === 'json') throw new Mistake('Nothing was sent: without a terminal, --yes is needed.')
  const { text, isYes } = question(open)
  let isAnswered = false
  return ask(text).pipe(
    tap(answer => {
      isAnswered = true
      if (!isYes(answer)) throw new Failed('Nothing was sent.')
    }),
    finalize(() => {
      if (!isAnswered) err('Nothing was sent.\n')
    }),
  )
}

const IN_DOUBT =
  'Nothing was sent, because an earlier order is in doubt, and --yes may send it a second time. Without --yes you are asked.'

/**
 * Finds out what became of earlier orders, shows what would be sent, asks, and sends it. With `--yes` it does not
 * ask. Errors if the user does not want it.
 */
export const confirm = (
  open: OpenAccount,
  { lines, options, send }: Confirmation,
  context: Context,
): Observable<Outcome> =>
  defer(() => {
    const orders = orderJournal(open, options, context)
    const shown$ = of(note([accountLine(open), ...lines].join('\n')))
    const sent$ = defer(() => orderOutcomes(send({ journal: orders.journal }), orders))
    return concatMapValue(findEarlierOrders(open.account, orders), inDoubt => {
      if (!options.yes) {
        const asked$ = defer(() => askUser(open, context))
        // As long as it is not sent.
        const notYet$ = of<Outcome>({ exitCode: exitCodes.failed })
        return concat(shown$, notYet$, asked$.pipe(switchMap(() => sent$)))
      }
      return inDoubt > 0 ? of(note(IN_DOUBT), { exitCode: exitCodes.inDoubt }) : concat(shown$, sent$)
    })
  })
