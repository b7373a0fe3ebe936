import type { GrantedAccount } from '../../gateway'
import type { UserGrant } from '../grants/rights'
import { html, nothing } from '../http/html'
import type { Html } from '../http/html'
import { page } from '../http/page'
import type { PageAnswer } from '../http/page'
import type { PendingGrant } from './flows'

const back = (returnTo: string | undefined): Html =>
  returnTo === undefined ? nothing : html`<p><a href="${returnTo}">Back to the application</a></p>`

/** A page with one sentence. */
export const message = (status: number, title: string, text: string, returnTo?: string): PageAnswer =>
  page(
    status,
    title,
    html`<p>${text}</p>
      ${back(returnTo)}`,
  )

const label = ({ accountId, broker, environment, traderLogin }: GrantedAccount): Html =>
  html`<label
    ><input type="checkbox" name="account" value="${environment} ${accountId}" checked />
    ${broker ?? 'Account'}, login ${traderLogin ?? accountId}, ${environment}</label
  >`

/** The accounts of a new grant, for the user to confirm that they are the right ones. */
export const confirmPage = ({ accounts, form }: PendingGrant, userId: string): PageAnswer =>
  page(
    200,
    'Use these accounts?',
    html`<p>You are logged in as ${userId}. cTrader has given access to:</p>
      <form method="post">
        <input type="hidden" name="form" value="${form}" />${accounts.map(label)}
        <p>If these are not your accounts, do not use them.</p>
        <button name="decision" value="allow">Use them</button
        ><button name="decision" value="deny">Do not use them</button>
      </form>`,
  )

const grantItem =
  (revoke: string) =>
  ({ accounts, grantId }: UserGrant): Html =>
    html`<form method="post" action="${revoke}">
      <p>${accounts.map(({ accountId, environment }) => `${accountId} (${environment})`).join(', ')}</p>
      <button name="grantId" value="${grantId}">Remove the access</button>
    </form>`

/** The accounts of a user, with a button for each grant. */
export const accountsPage = (
  grants: readonly UserGrant[],
  {
    start,
    revoke,
    returnTo,
  }: { readonly start: string; readonly revoke: string; readonly returnTo: string | undefined },
): PageAnswer =>
  page(
    200,
    'Your accounts',
    html`${grants.map(grantItem(revoke))}
      <p>
        <a href="${start}"
          >${grants.length === 0 ? 'Give access to accounts' : 'Give access to other accounts'}</a
        >
      </p>
      ${back(returnTo)}`,
  )
