import { isCTraderError } from '../../index'
import type { Account, Client } from '../../index'
import { omitUndefined } from '../../util/omitUndefined'
import type { Context, SessionOptions } from '../definition'
import { Mistake } from '../outcome'
import { dateAndTime } from '../output/text'
import { accountList } from '../session/accountList'
import { openClient } from '../session/client'
import { findCredentials } from '../session/credentials'
import type { FoundCredentials } from '../session/credentials'
import { rememberedTokens } from '../session/tokens'
import { attempt } from './attempt'
import { fine, networkChecks, permissionCheck, wrong } from './checks'
import type { Check } from './checks'
import { quoteChecks } from './quoteChecks'

const DAY = 86_400_000

const hosts = { demo: 'wss://demo.ctraderapi.com:5036', live: 'wss://live.ctraderapi.com:5036' } as const

const tokenCheck = ({ expiresAt }: FoundCredentials['credentials']): Check => {
  if (expiresAt === undefined) return fine('token', 'the file does not say until when it is good')
  const days = Math.floor((expiresAt - Date.now()) / DAY)
  return days >= 0
    ? fine('token', `good until ${dateAndTime(expiresAt)} UTC, for ${days} more days`)
    : wrong('token', 'it has expired', 'It is renewed when it is used. If that fails: npx rx-ctrader login.')
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
