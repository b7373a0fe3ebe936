/** A `URL` has it. That type itself is unknown in a program without the types of Node and of browsers. */
export interface WebAddress {
  readonly href: string
  readonly origin: string
  readonly pathname: string
  readonly protocol: string
}

/** cTrader's consent page. */
export const CONSENT_PAGE = 'https://id.ctrader.com/my/settings/openapi/grantingaccess/'
/** cTrader's token endpoint. */
export const TOKEN_ENDPOINT = 'https://openapi.ctrader.com/apps/token'

/** What an application may do: see the accounts, or also trade. */
export type ConsentScope = 'accounts' | 'trading'

/** The address of the consent page for an application. */
export const consentUrl = (
  { auth, redirect }: { readonly auth: WebAddress; readonly redirect: WebAddress },
  clientId: string,
  scope: ConsentScope,
  state: string,
): string => {
  const url = new URL(auth.href)
  const asked = { client_id: clientId, redirect_uri: redirect.href, scope, product: 'web', state }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return url.href
}
