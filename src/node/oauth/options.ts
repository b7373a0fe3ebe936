import { invalidOption } from '../../errors'
import { checkNames } from '../../options'
import { harmless } from '../../session/logging/log'
import type { Log } from '../../session/logging/log'
import type { GrantStore } from '../grants/encryptedGrants'
import type { Rights } from '../grants/rights'
import { safeUrl } from '../http/safeUrl'
import { CONSENT_PAGE, TOKEN_ENDPOINT } from './consentUrl'
import type { ConsentScope, WebAddress } from './consentUrl'
import type { Application } from './exchangeCode'

/** A change of what a user has given access to. It has no secret. */
export interface ConsentAuditEntry {
  /** In ms since the epoch. */
  readonly at: number
  readonly action: 'granted' | 'declined' | 'revoked'
  readonly userId: string
  readonly grantId: string
  readonly accountIds: readonly number[]
  /** The network address of the user. */
  readonly address?: string
}

/** Settings of `oauthRoutes`. */
export interface OAuthRoutesOptions {
  /** The id and the secret of your application at cTrader. */
  readonly application: Application
  /**
   * Where users come back to: a redirect URI of the application that leads to this server and ends in `/callback`, such
   * as `https://app.example.com/oauth/callback`. The other pages are beside it.
   */
  readonly redirectUri: string
  /** What users are asked for. Default `trading`. */
  readonly scope?: ConsentScope
  /** Where the tokens are kept. */
  readonly grants: GrantStore
  /** Where it is kept which user has which grants. */
  readonly rights: Rights
  /** The address of your page, for a link at the end. */
  readonly returnTo?: string
  /** Called before a grant is given to a user, or taken away. If what it returns fails, nothing is changed. */
  readonly audit?: (entry: ConsentAuditEntry) => unknown
  /** Called when a page fails. It gets no secret. Default: no log. */
  readonly log?: Log
  /** Another consent page than cTrader's, such as that of a simulator. */
  readonly authUrl?: string
  /** Another token endpoint than cTrader's. */
  readonly tokenUrl?: string
}

/** The options, with defaults. */
export interface OAuthSettings extends Pick<OAuthRoutesOptions, 'application' | 'grants' | 'rights'> {
  readonly returnTo: string | undefined
  readonly scope: ConsentScope
  readonly audit: (entry: ConsentAuditEntry) => unknown
  readonly log: Log
  readonly auth: WebAddress
  readonly token: WebAddress
  readonly redirect: WebAddress
  /** The path of all pages, such as `/oauth`. */
  readonly base: string
}

const NAMES: Readonly<Record<keyof OAuthRoutesOptions, true>> = {
  application: true,
  redirectUri: true,
  scope: true,
  grants: true,
  rights: true,
  returnTo: true,
  audit: true,
  log: true,
  authUrl: true,
  tokenUrl: true,
}

const CALLBACK = '/callback'

const readUrl = (option: string, given: unknown): URL => {
  const url = safeUrl(given)
  if (typeof url === 'string') throw invalidOption(option, url)
  return url
}

const checkFunctions = (option: string, value: unknown, names: readonly string[]): void => {
  for (const name of names)
    if (typeof (Object(value) as Readonly<Record<string, unknown>>)[name] !== 'function')
      throw invalidOption(`${option}.${name}`, 'must be a function')
}

/** The checked options, with defaults. Throws `InvalidOption` with the name of the option. */
export const readOAuthOptions = (options: OAuthRoutesOptions): OAuthSettings => {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) throw invalidOption('options', 'must be an object')
  checkNames(given, NAMES)
  const { application, grants, redirectUri, returnTo, rights, scope = 'trading' } = options
  const {
    audit = () => undefined,
    log = () => undefined,
    authUrl = CONSENT_PAGE,
    tokenUrl = TOKEN_ENDPOINT,
  } = options
  for (const name of ['clientId', 'clientSecret'] as const) {
    const value = (Object(application) as Partial<Record<typeof name, unknown>>)[name]
    if (typeof value !== 'string' || value === '')
      throw invalidOption(`application.${name}`, 'must be a non-empty string')
  }
  const redirect = readUrl('redirectUri', redirectUri)
  if (!redirect.pathname.endsWith(CALLBACK)) throw invalidOption('redirectUri', `must end in ${CALLBACK}`)
  const scopes: readonly unknown[] = ['accounts', 'trading']
  if (!scopes.includes(scope)) throw invalidOption('scope', "must be 'accounts' or 'trading'")
  checkFunctions('grants', grants, ['load', 'save', 'remove'])
  checkFunctions('rights', rights, ['grants', 'add', 'remove'])
  if (typeof audit !== 'function') throw invalidOption('audit', 'must be a function')
  if (typeof log !== 'function') throw invalidOption('log', 'must be a function')
  if (returnTo !== undefined) readUrl('returnTo', returnTo)
  return {
    application,
    grants,
    rights,
    returnTo,
    scope,
    audit,
    log: harmless(log),
    redirect,
    auth: readUrl('authUrl', authUrl),
    token: readUrl('tokenUrl', tokenUrl),
    base: redirect.pathname.slice(0, -CALLBACK.length),
  }
}
