import type { IncomingMessage } from 'node:http'
import { defer, from, lastValueFrom } from 'rxjs'
import type { ObservableInput } from 'rxjs'
import type { Gateway, Handshake, Session } from '../../gateway'
import { awaitResult } from '../../util/observables/awaitResult'
import { describeError } from '../../util/describeError'
import { omitUndefined } from '../../util/omitUndefined'
import { createReference } from './failure'
import type { Flow, Flows } from './flows'
import type { ConsentAuditEntry, OAuthSettings } from './options'

/** A request of a user who is logged in. */
export interface OAuthVisit {
  readonly settings: OAuthSettings
  readonly flows: Flows
  readonly gateway: Gateway
  readonly request: IncomingMessage
  readonly sender: Handshake
  readonly session: Session
  readonly form: URLSearchParams
  readonly query: URLSearchParams
}

const isSecure = ({ redirect }: OAuthSettings): boolean => redirect.protocol === 'https:'

const cookieName = (settings: OAuthSettings): string =>
  isSecure(settings) ? '__Host-ctrader-consent' : 'ctrader-consent'

/** The cookie that ties a consent to this browser. It comes back when cTrader sends the user back: hence `Lax`. */
export const flowCookie = (settings: OAuthSettings, nonce: string): string =>
  [
    `${cookieName(settings)}=${nonce}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${nonce === '' ? 0 : 600}`,
    ...(isSecure(settings) ? ['Secure'] : []),
  ].join('; ')

/** The consent that this user has begun in this browser. */
export const findFlow = ({ flows, request, session, settings }: OAuthVisit): Flow | undefined => {
  const name = `${cookieName(settings)}=`
  const cookies = (request.headers.cookie ?? '').split(/; */)
  const nonce = cookies.find(cookie => cookie.startsWith(name))?.slice(name.length)
  return flows.find(session.userId, nonce)
}

/** Waits for the end of what may give no value. */
export const settle = async (act: () => ObservableInput<unknown>): Promise<void> => {
  await lastValueFrom(
    defer(() => from(act())),
    { defaultValue: undefined },
  )
}

/** Notes a change before it is made. Rejects if that fails. */
export const audit = (
  { session: { userId }, sender: { address }, settings }: OAuthVisit,
  entry: Pick<ConsentAuditEntry, 'action' | 'grantId' | 'accountIds'>,
): Promise<void> =>
  settle(() =>
    awaitResult(settings.audit({ at: Date.now(), userId, ...entry, ...omitUndefined({ address }) })),
  )

/**
 * Removes tokens. If that fails, they are worth nothing to a user, because no account is bound to them. But they are
 * still there, so that it is logged, and the promise has the reference of the entry.
 */
export const removeGrant = async (
  { grants, log }: OAuthSettings,
  grantId: string,
): Promise<string | undefined> => {
  try {
    await settle(() => grants.remove(grantId))
    return undefined
  } catch (error) {
    const reference = createReference()
    const tokens = { fault: 'the tokens were not removed', grantId, error: describeError(error) }
    log('error', 'gateway.consent', { reference, ...tokens })
    return reference
  }
}
