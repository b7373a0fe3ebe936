import { concat, defer, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Context } from '../definition'
import { Failed, Mistake, note } from '../outcome'
import type { Outcome } from '../outcome'
import type { OpenAccount } from '../session/openAccount'

/** What is asked before something is sent. */
export interface Confirmation {
  /** What would be sent, as lines. */
  readonly lines: readonly string[]
  readonly isConfirmed: boolean
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

/** Shows what would be sent, and asks. With `--yes` it only shows. Errors if the user does not want it. */
export const confirm = (
  open: OpenAccount,
  { lines, isConfirmed }: Confirmation,
  { terminal: { ask }, mode }: Context,
  send$: Observable<Outcome>,
): Observable<Outcome> => {
  const shown$ = of(note([accountLine(open), ...lines].join('\n')))
  if (isConfirmed) return concat(shown$, send$)
  return concat(
    shown$,
    defer(() => {
      if (!ask || mode === 'json') throw new Mistake('Nothing was sent: without a terminal, --yes is needed.')
      const { text, isYes } = question(open)
      return ask(text).pipe(
        map(answer => {
          if (!isYes(answer)) throw new Failed('Nothing was sent.')
        }),
        switchMap(() => send$),
      )
    }),
  )
}
