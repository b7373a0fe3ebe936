import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import type { Application } from './applications'
import type { Grant, OpenIdentity } from './identity'

/** What a user allows on the consent page. */
export interface ConsentInput {
  readonly clientId: string
  readonly redirectUri: string
  /** `trading`, or `accounts` for viewing only. */
  readonly scope: string
  readonly accountIds: readonly number[]
}

/** The query of the token endpoint, by the names that it has there. */
export type TokenQuery = Readonly<Record<string, string | undefined>>

/** The answer of the token endpoint. If it failed, `errorCode` is a text. */
export interface TokenAnswer {
  readonly accessToken?: string
  readonly tokenType?: string
  /** Seconds. */
  readonly expiresIn?: number
  readonly refreshToken?: string
  readonly errorCode: string | null
  readonly description: string | null
}

/** Consents of users, and the codes that were given for them. */
export interface Consents {
  /** Why an application may not ask for consent with this redirect URI; `undefined` if it may. */
  readonly objection: (clientId: string | undefined, redirectUri: string | undefined) => string | undefined
  /** The code for a consent. It is good for a minute, and once. */
  readonly authorize: (consent: ConsentInput, at: number) => string
  /** The tokens for a code or for a refresh token. */
  readonly tokens: (query: TokenQuery, at: number) => TokenAnswer
}

/** How long a code is good, in ms. */
const CODE_LIFETIME = 60_000

const refused = (errorCode: string, description: string): TokenAnswer => ({ errorCode, description })

const isLoopback = (uri: string): boolean =>
  URL.canParse(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(uri).hostname)

export const createConsents = (
  applications: readonly Application[],
  identity: Pick<OpenIdentity, 'add' | 'tokenLifetime'>,
  renew: (refreshToken: string, at: number) => Grant | undefined,
  seed: number,
): Consents => {
  const codes = new Map<string, { readonly consent: ConsentInput; readonly until: number }>()
  let count = 0

  const answer = ({ accessToken, refreshToken }: Grant): TokenAnswer => ({
    accessToken,
    tokenType: 'bearer',
    expiresIn: identity.tokenLifetime,
    refreshToken,
    errorCode: null,
    description: null,
  })
  const exchange = ({ code = '', redirect_uri, client_id }: TokenQuery, at: number): TokenAnswer => {
    const known = codes.get(code)
    if (!known || known.consent.clientId !== client_id)
      return refused('INVALID_REQUEST', 'Authorization code is invalid')
    codes.delete(code)
    const { consent, until } = known
    if (at > until) return refused('INVALID_REQUEST', 'Authorization code is expired')
    if (consent.redirectUri !== redirect_uri)
      return refused('INVALID_REQUEST', 'redirect_uri is not that of the authorization code')
    return answer(
      identity.add({
        accountIds: consent.accountIds,
        permissionScope:
          consent.scope === 'accounts'
            ? ProtoOAClientPermissionScope.SCOPE_VIEW
            : ProtoOAClientPermissionScope.SCOPE_TRADE,
        expiresAt: at + identity.tokenLifetime * 1000,
      }),
    )
  }

  return {
    objection: (clientId, redirectUri = '') => {
      const application = applications.find(one => one.clientId === clientId)
      if (!application) return 'There is no application with this client_id.'
      const isAllowed = application.redirectUris?.includes(redirectUri) ?? isLoopback(redirectUri)
      return isAllowed ? undefined : 'The redirect_uri is not one of the application.'
    },
    authorize: (consent, at) => {
      count += 1
      const code = `code-${seed}-${count}`
      codes.set(code, { consent, until: at + CODE_LIFETIME })
      return code
    },
    tokens: (query, at) => {
      const isKnown = applications.some(
        ({ clientId, clientSecret }) =>
          clientId === query['client_id'] && clientSecret === query['client_secret'],
      )
      if (!isKnown) return refused('ACCESS_DENIED', 'Access denied. Make sure the credentials are valid.')
      switch (query['grant_type']) {
        case 'authorization_code':
          return exchange(query, at)
        case 'refresh_token': {
          const grant = renew(query['refresh_token'] ?? '', at)
          return grant ? answer(grant) : refused('ACCESS_DENIED', 'Refresh token is invalid')
        }
        default:
          return refused('INVALID_REQUEST', 'grant_type must be authorization_code or refresh_token')
      }
    },
  }
}
