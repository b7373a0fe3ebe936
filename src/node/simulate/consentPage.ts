import type { IncomingMessage } from 'node:http'
import type { Simulator } from '../../simulator/simulator'
import { escapeHtml } from '../http/html'
import type { PageAnswer } from '../http/page'

/** The paths of cTrader's consent page and token endpoint. */
export const CONSENT_PATH = '/my/settings/openapi/grantingaccess/'
export const TOKEN_PATH = '/apps/token'

const page = (status: number, title: string, content: string): PageAnswer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}
label{display:block}button{font:inherit;padding:.4em 1em;margin:1em .5em 0 0}</style>
<h1>${title}</h1>${content}</html>\n`,
})

const accountLabel = ({ accountId, traderLogin, brokerTitleShort, isLive }: Consent['accounts'][number]) =>
  `<label><input type="checkbox" name="account" value="${accountId}" checked> ${escapeHtml(brokerTitleShort)}, ` +
  `login ${traderLogin}, ${isLive ? 'live' : 'demo'}</label>`

type Consent = Simulator['consent']

const question = ({ accounts }: Consent, clientId: string, scope: string): PageAnswer =>
  page(
    200,
    'Allow access?',
    `<p>This is a simulator: no real account, no real money.</p>
<p>The application <b>${escapeHtml(clientId)}</b> asks to ${scope === 'accounts' ? 'view' : 'view and trade'}:</p>
<form method="post">${accounts.map(accountLabel).join('')}
<button name="decision" value="allow">Allow access</button><button name="decision" value="deny">Deny</button></form>`,
  )

/** The user goes back to the application. `state` does not come back, as with cTrader. */
const back = (redirectUri: string, result: Readonly<Record<string, string>>): PageAnswer => {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value)
  return { status: 303, headers: { location: url.href, 'referrer-policy': 'no-referrer' }, body: '' }
}

const decided = (consent: Consent, asked: URLSearchParams, form: URLSearchParams): PageAnswer => {
  const redirectUri = asked.get('redirect_uri') ?? ''
  if (form.get('decision') !== 'allow') return back(redirectUri, { error: 'access_denied' })
  const chosen = new Set(form.getAll('account'))
  const accountIds = consent.accounts
    .map(({ accountId }) => accountId)
    .filter(accountId => chosen.has(String(accountId)))
  if (accountIds.length === 0) return page(400, 'No account', '<p>Go back and choose an account.</p>')
  const clientId = asked.get('client_id') ?? ''
  const scope = asked.get('scope') ?? 'accounts'
  return back(redirectUri, { code: consent.authorize({ clientId, redirectUri, scope, accountIds }) })
}

/** The consent page. `form` has what the user decided, if that is what the request is for. */
export const consentPage = (
  consent: Consent,
  asked: URLSearchParams,
  form: URLSearchParams | undefined,
): PageAnswer => {
  const clientId = asked.get('client_id') ?? ''
  const objection = consent.objection(clientId, asked.get('redirect_uri') ?? undefined)
  if (objection !== undefined) return page(400, 'This request cannot be granted', `<p>${objection}</p>`)
  const scope = asked.get('scope')
  if (scope !== 'trading' && scope !== 'accounts')
    return page(400, 'This request cannot be granted', '<p>The scope must be trading or accounts.</p>')
  return form ? decided(consent, asked, form) : question(consent, clientId, scope)
}

/** Whether a form was sent by our own page: browsers say where a form is from. */
export const isOwnForm = ({ headers: { origin, host } }: Pick<IncomingMessage, 'headers'>): boolean =>
  origin === undefined || origin === 'null' || (URL.canParse(origin) && new URL(origin).host === host)

/** The answer of the token endpoint. */
export const tokenAnswer = (consent: Consent, asked: URLSearchParams): PageAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(consent.tokens(Object.fromEntries(asked)))}\n`,
})
