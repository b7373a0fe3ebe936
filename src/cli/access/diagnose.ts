import { combineLatest, filter, firstValueFrom, map, switchMap, take, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError, spots, symbol, symbols } from '../../index'
import type { Account, Client } from '../../index'
import { isTrading, nextOpening } from '../../orders/validation/marketHours'
import { omitUndefined } from '../../util/omitUndefined'
import type { Context, SessionOptions } from '../definition'
import { Mistake } from '../outcome'
import { dateAndTime } from '../output/text'
import { accountList } from '../session/accountList'
import { openClient } from '../session/client'
import { findCredentials } from '../session/credentials'
import type { FoundCredentials } from '../session/credentials'
import { explain } from '../session/explain'
import { rememberedTokens } from '../session/tokens'
import { fine, networkChecks, permissionCheck, wrong } from './checks'
import type { Check } from './checks'

/** How long a check may wait for the server, in ms. */
const LONGEST = 15_000
/** A clock that is so much off, in ms, has orders refused and certificates judged wrongly. */
const CLOCK_TOLERANCE = 60_000
const MINUTE = 60_000
const DAY = 86_400_000

const hosts = { demo: 'wss://demo.ctraderapi.com:5036', live: 'wss://live.ctraderapi.com:5036' } as const

const failureOf = (name: string, error: unknown): Check => {
  if (!isCTraderError(error))
    return wrong(name, 'no answer', 'Try again later: the server may be under maintenance.')
  const [detail = '', ...advice] = explain(error).split('\n')
  return wrong(name, detail, advice.join(' ') || 'The guide "Errors" says what the reasons mean.')
}

/** The first value of a stream, or the check that failed. */
const attempt = async <T>(name: string, value$: Observable<T>): Promise<{ readonly value: T } | Check> => {
  try {
    const found$ = value$.pipe(
      timeout({ first: LONGEST }),
      map(value => ({ value })),
    )
    return (await firstValueFrom(found$, { defaultValue: undefined })) ?? failureOf(name, undefined)
  } catch (error) {
    return failureOf(name, error)
  }
}

const tokenCheck = ({ expiresAt }: FoundCredentials['credentials']): Check => {
  if (expiresAt === undefined) return fine('token', 'the file does not say until when it is good')
  const days = Math.floor((expiresAt - Date.now()) / DAY)
  return days >= 0
    ? fine('token', `good until ${dateAndTime(expiresAt)} UTC, for ${days} more days`)
    : wrong('token', 'it has expired', 'It is renewed when it is used. If that fails: npx rx-ctrader login.')
}

/** The symbol whose quotes are looked at. */
const sampleSymbol = (account: Account): Observable<number> =>
  symbols(account).pipe(
    map(({ all, get }) => get('EURUSD') ?? all.find(({ enabled = true }) => enabled)),
    filter(found => found !== undefined),
    map(({ symbolId }) => symbolId),
    take(1),
  )

/** Whether quotes come, and by their times whether the clock of this machine is right. */
const quoteChecks = async (account: Account, isOwnServer: boolean): Promise<readonly Check[]> => {
  const first = await attempt(
    'quotes',
    sampleSymbol(account).pipe(
      switchMap(symbolId => combineLatest([symbol(account, symbolId), spots(account, symbolId)])),
    ),
  )
  if (!('value' in first)) return [first]
  const [terms, quote] = first.value
  const name = terms.symbolName ?? String(terms.symbolId)
  // Another server may have its own time. Then the market is closed if it was when the last quote came.
  const now = isOwnServer ? quote.timestamp + MINUTE : Date.now()
  if (!isTrading(terms, now)) {
    const opening = nextOpening(terms, now)
    const until = opening === undefined ? '' : ` until ${dateAndTime(opening)} UTC`
    return [fine('quotes', `${name} is closed${until}; the last one is of ${dateAndTime(quote.timestamp)}`)]
  }
  const next = await attempt(
    'quotes',
    spots(account, terms.symbolId).pipe(filter(({ timestamp }) => timestamp > quote.timestamp)),
  )
  if (!('value' in next))
    return [wrong('quotes', `none of ${name} within ${LONGEST / 1_000} s`, 'Its market may have a holiday.')]
  const flowing = fine('quotes', `${name} ${next.value.bid.toFixed(terms.digits)}`)
  if (isOwnServer) return [fine('clock', 'not compared: this server has its own time'), flowing]
  const ahead = Math.round((Date.now() - next.value.timestamp) / 1_000)
  return [
    Math.abs(ahead) * 1_000 <= CLOCK_TOLERANCE
      ? fine('clock', 'agrees with the server')
      : wrong('clock', `${ahead} s from the server's`, 'Set the clock of this machine.'),
    flowing,
  ]
}

const accountChecks = async (
  account: Account,
  client: Client,
  credentials: FoundCredentials['credentials'],
  accessToken: () => string,
): Promise<readonly Check[]> => {
  const opened = await attempt('account', account.accountAuth$)
  if (!('value' in opened)) return [opened]
  const checks = [fine('account', `${account.accountId} is authenticated`)]
  const list = await attempt('scope', accountList(client, accessToken()))
  if (!('value' in list)) return [...checks, list]
  const found = list.value.find(({ accountId }) => accountId === account.accountId)
  if (!found) return checks
  const { environment, scope } = found
  const says = credentials.environment
  return [
    ...checks,
    fine('scope', scope === 'trading' ? 'trading' : 'accounts: viewing only, no orders'),
    says === undefined || says === environment
      ? fine('environment', environment)
      : wrong('environment', `it is a ${environment} account`, `Write "environment": "${environment}".`),
  ]
}

/** All checks, one after the other, up to one without which there are no others. */
export async function* diagnose(options: SessionOptions, context: Context): AsyncGenerator<Check> {
  let found: FoundCredentials
  try {
    found = findCredentials(options, { ...context.terminal, err: () => undefined })
  } catch (error) {
    if (!(error instanceof Mistake) && !isCTraderError(error)) throw error
    const [detail = '', ...advice] = error.message.split('\n')
    yield wrong('credentials', detail, advice.join(' ') || 'npx rx-ctrader login writes a new file.')
    return
  }
  const { credentials, path } = found
  yield fine('credentials', path ?? 'of the variables RX_CTRADER_…')
  if (path !== undefined) yield permissionCheck(path, context.terminal.platform)
  yield tokenCheck(credentials)

  const server = options.server ?? credentials.server
  const network = await networkChecks(new URL(server ?? hosts[credentials.environment ?? 'demo']))
  yield* network
  if (network.some(({ isFine }) => !isFine)) return

  const client = openClient({ ...credentials, server }, credentials.environment, options, context)
  const app = await attempt('application', client.appAuth$)
  if (!('value' in app)) {
    yield app
    return
  }
  yield fine('application', 'its id and secret are accepted')

  const { accountId, accessToken, refreshToken, expiresAt } = credentials
  const given = { accessToken, ...omitUndefined({ refreshToken, expiresAt }) }
  const { tokens, ...saving } = rememberedTokens(given, path)
  const account = client.account({ accountId, ...given, ...saving })
  const held = account.authenticated$.subscribe()
  try {
    const checks = await accountChecks(account, client, credentials, () => tokens().accessToken)
    yield* checks
    if (checks[0]?.isFine) yield* await quoteChecks(account, server !== undefined)
  } finally {
    held.unsubscribe()
  }
}
