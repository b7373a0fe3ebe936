import { EMPTY, concat, defer, filter, map, merge, of, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account, Client, Tokens } from '../../index'
import type { Context, SessionOptions } from '../definition'
import type { Outcome } from '../outcome'
import { omitUndefined } from '../../util/omitUndefined'
import { accountList, findAccount } from './accountList'
import { openClient } from './client'
import { findCredentials } from './credentials'
import type { FoundCredentials } from './credentials'
import { rememberedTokens } from './tokens'
import { concatMapValue, outcomeSteps, untilEnd, valueSteps } from './steps'
import type { Step } from './steps'
import { watchSession, watchTrouble } from './trouble'

type Credentials = FoundCredentials['credentials']

/** An account of a command, and what it was opened with. */
export interface OpenAccount {
  readonly account: Account
  readonly client: Client
  /** With the account and the environment that are used. */
  readonly credentials: Credentials
  /** The latest tokens. */
  readonly tokens: () => Tokens
}

/** How an account is used. */
export interface AccountUse {
  /** Whether a lost line is waited for as long as it takes. */
  readonly goesOn?: boolean
  /** Something that is subscribed before the client connects. */
  readonly beside?: (open: OpenAccount) => Observable<Outcome>
}

const isAsked = ({ accountId }: Credentials, { account }: SessionOptions): boolean =>
  account === undefined || account === String(accountId)

/** Credentials with the environment of their account, which is asked for if it is not known. */
const located = (
  credentials: Credentials,
  options: SessionOptions,
  context: Context,
): Observable<Step<Credentials>> => {
  if (credentials.environment !== undefined || credentials.server !== undefined)
    return valueSteps(of(credentials))
  const client = openClient(credentials, undefined, options, context)
  const list$ = accountList(client, credentials.accessToken).pipe(
    map(accounts => ({
      ...credentials,
      environment: findAccount(accounts, String(credentials.accountId)).environment,
    })),
  )
  return untilEnd<Step<Credentials>>(
    outcomeSteps(watchTrouble(client.connection$, { goesOn: false })),
    valueSteps(list$),
  )
}

/** Opens an account for as long as it is used, with notes about its line. */
const openAccount = (
  { credentials, path }: FoundCredentials,
  options: SessionOptions,
  context: Context,
  { goesOn = false, beside }: AccountUse,
  use: (open: OpenAccount) => Observable<Outcome>,
): Observable<Outcome> => {
  const { accountId, accessToken, refreshToken, expiresAt, environment } = credentials
  const client = openClient(credentials, environment, options, context)
  const given = { accessToken, ...omitUndefined({ refreshToken, expiresAt }) }
  const { tokens, ...saving } = rememberedTokens(given, path)
  const account = client.account({ accountId, ...given, ...saving })
  const open = { account, client, credentials, tokens }
  return untilEnd(merge(beside?.(open) ?? EMPTY, watchSession(account.authenticated$, { goesOn })), use(open))
}

/** The same for another account of the grant. It is looked up with the file's own, so that tokens are renewed. */
const openOther = (
  found: FoundCredentials,
  number: string,
  options: SessionOptions,
  context: Context,
  how: AccountUse,
  use: (open: OpenAccount) => Observable<Outcome>,
): Observable<Outcome> => {
  let credentials: Credentials | undefined
  const lookUp$ = openAccount(found, options, context, {}, ({ account, client, tokens }) =>
    account.authenticated$.pipe(
      filter(({ status }) => status === 'authenticated'),
      take(1),
      switchMap(() => accountList(client, tokens().accessToken)),
      switchMap(accounts => {
        const { accountId, environment } = findAccount(accounts, number)
        credentials = { ...found.credentials, ...tokens(), accountId, environment }
        return []
      }),
    ),
  )
  const open$ = defer(() =>
    openAccount({ ...found, credentials: credentials ?? found.credentials }, options, context, how, use),
  )
  return concat(lookUp$, open$)
}

/**
 * Runs the part of a command that needs an account. It finds the credentials and connects. Notes say when the line
 * is lost.
 */
export const withAccount = (
  options: SessionOptions,
  context: Context,
  use: (open: OpenAccount) => Observable<Outcome>,
  how: AccountUse = {},
): Observable<Outcome> =>
  defer(() => {
    const found = findCredentials(options, context.terminal)
    const server = options.server ?? found.credentials.server
    const credentials = { ...found.credentials, ...(server !== undefined && { server }) }
    return concatMapValue(located(credentials, options, context), known => {
      const file = { ...found, credentials: known }
      return isAsked(known, options)
        ? openAccount(file, options, context, how, use)
        : openOther(file, options.account ?? '', options, context, how, use)
    })
  })
