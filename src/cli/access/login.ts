import { defer, map, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Client, Environment } from '../../index'
import { omitUndefined } from '../../util/omitUndefined'
import { accountColumns, accountJson, accountRows } from '../account/accounts'
import type { AccountRow } from '../account/accounts'
import type { Context, Run, SessionOptions } from '../definition'
import { result } from '../outcome'
import type { Outcome } from '../outcome'
import { table } from '../output/table'
import { dateAndTime, isoTime } from '../output/text'
import { accountList } from '../session/accountList'
import { openClient } from '../session/client'
import { newCredentialsPath } from '../session/credentials'
import { concatMapValue, outcomeSteps, untilEnd, valueSteps } from '../session/steps'
import type { Step } from '../session/steps'
import { watchTrouble } from '../session/trouble'
import { findApplication } from './application'
import { chooseAccount } from './choose'
import { askConsent } from './consent'
import type { Application, NewTokens } from './exchange'
import { saveCredentials } from './save'
import { loginUrls } from './urls'
import type { UrlOptions } from './urls'

export interface LoginOptions extends SessionOptions, UrlOptions {
  readonly clientId?: string
  readonly scope?: 'accounts' | 'trading'
  /** `--no-browser` makes it false. */
  readonly browser?: boolean
}

/** Something that a client asks for, with what happens to its line. */
const overLine = <T>(client: Client, asked$: Observable<T>): Observable<Step<T>> =>
  untilEnd<Step<T>>(outcomeSteps(watchTrouble(client.connection$, { goesOn: false })), valueSteps(asked$))

const rowsFor = (
  application: Application,
  { accessToken }: NewTokens,
  options: LoginOptions,
  context: Context,
): Observable<Step<readonly AccountRow[]>> => {
  const clientFor = (environment: Environment): Client =>
    openClient({ ...application, server: options.server }, environment, options, context)
  const client = openClient({ ...application, server: options.server }, undefined, options, context)
  return overLine(
    client,
    accountList(client, accessToken).pipe(
      switchMap(accounts => accountRows(accounts, clientFor, accessToken, undefined)),
    ),
  )
}

const written = (
  application: Application,
  tokens: NewTokens,
  { accountId, environment }: AccountRow,
  rows: readonly AccountRow[],
  options: LoginOptions,
  { colours, room, terminal }: Context,
): Outcome => {
  const path = newCredentialsPath(options, terminal)
  saveCredentials(path, {
    accountId,
    ...application,
    ...tokens,
    environment,
    ...omitUndefined({ server: options.server }),
  })
  const marked = rows.map(row => ({ ...row, isSelected: row.accountId === accountId }))
  const expiresAt = isoTime(tokens.expiresAt)
  const lines = [
    table(accountColumns, marked, colours, room()),
    '',
    `Wrote ${path} for account ${accountId} (${environment}). Only you can read it.`,
    `The access token is good until ${dateAndTime(tokens.expiresAt)} UTC, and is renewed when it is used.`,
    ...(rows.length > 1 ? ['The other accounts: --account with the id or the login.'] : []),
    'Next: npx rx-ctrader quotes EURUSD',
  ]
  return result(
    { file: path, accountId, environment, expiresAt, accounts: marked.map(accountJson) },
    lines.join('\n'),
  )
}

/** Asks for consent, lists the accounts, and writes the credentials of one. */
export const login: Run<LoginOptions> = (_, options, context) =>
  defer(() => {
    const urls = loginUrls(options)
    const { scope = 'trading', browser = true } = options
    const path = newCredentialsPath(options, context.terminal)
    const consentFor = (application: Application) => {
      const client = openClient({ ...application, server: options.server }, undefined, options, context)
      // The server says at once if the id or the secret is wrong. A consent would be in vain.
      return concatMapValue(overLine(client, client.appAuth$.pipe(take(1))), () =>
        concatMapValue(askConsent(application, urls, { scope, browser }, context), tokens =>
          concatMapValue(rowsFor(application, tokens, options, context), rows =>
            chooseAccount(rows, options.account, context).pipe(
              map(row => written(application, tokens, row, rows, options, context)),
            ),
          ),
        ),
      )
    }
    return concatMapValue(valueSteps(findApplication(options.clientId, path, context.terminal)), consentFor)
  })
