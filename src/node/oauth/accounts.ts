import { firstValueFrom, from } from 'rxjs'
import { omitUndefined } from '../../util/omitUndefined'
import type { UserGrant } from '../grants/rights'
import type { PageAnswer } from '../http/page'
import { isSameText } from './flows'
import type { PendingGrant } from './flows'
import { accountsPage, confirmPage, message } from './pages'
import { audit, findFlow, flowCookie, removeGrant, settle } from './visit'
import type { OAuthVisit } from './visit'

const grantsOf = ({ session, settings }: OAuthVisit): Promise<readonly UserGrant[]> =>
  firstValueFrom(from(settings.rights.grants(session.userId)), { defaultValue: [] })

/** The accounts to be confirmed, or those that are. */
export const showAccounts = async (visit: OAuthVisit): Promise<PageAnswer> => {
  const { session, settings } = visit
  const pending = findFlow(visit)?.pending
  if (pending) return confirmPage(pending, session.userId)
  const { base, returnTo } = settings
  return accountsPage(await grantsOf(visit), { start: `${base}/start`, revoke: `${base}/revoke`, returnTo })
}

const idsOf = ({ accounts }: Pick<UserGrant, 'accounts'>): readonly number[] =>
  accounts.map(({ accountId }) => accountId)

/** The accounts that the user has chosen. Others in the form are left out. */
const chosenFrom = ({ accounts, ctidUserId, grantId }: PendingGrant, form: URLSearchParams): UserGrant => {
  const chosen = new Set(form.getAll('account'))
  return {
    grantId,
    ctidUserId,
    accounts: accounts
      .filter(({ accountId, environment }) => chosen.has(`${environment} ${accountId}`))
      .map(({ accountId, environment, scope, traderLogin }) => ({
        accountId,
        environment,
        scope,
        ...omitUndefined({ traderLogin }),
      })),
  }
}

/** The promise has a reference if the tokens are still there. */
const takeAway = async ({ session, settings }: OAuthVisit, grantId: string): Promise<string | undefined> => {
  await settle(() => settings.rights.remove(session.userId, grantId))
  return removeGrant(settings, grantId)
}

/** Gives the grant to the user. Those of the same person at cTrader may be worth nothing any more. */
const give = async (
  visit: OAuthVisit,
  grant: UserGrant,
  { tokens }: Pick<PendingGrant, 'tokens'>,
): Promise<void> => {
  const { session, settings } = visit
  const { ctidUserId, grantId } = grant
  const earlier = (await grantsOf(visit)).filter(one => one.ctidUserId === ctidUserId)
  await audit(visit, { action: 'granted', grantId, accountIds: idsOf(grant) })
  await settle(() => settings.grants.save(grantId, tokens, ''))
  await settle(() => settings.rights.add(session.userId, grant))
  for (const one of earlier) await takeAway(visit, one.grantId)
}

const done = (answer: PageAnswer, { settings }: OAuthVisit): PageAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'set-cookie': flowCookie(settings, '') },
})

/** The user has decided about the accounts of a new grant. */
export const confirm = async (visit: OAuthVisit): Promise<PageAnswer> => {
  const { flows, form, settings } = visit
  const { returnTo } = settings
  const flow = findFlow(visit)
  if (!flow?.pending || !isSameText(form.get('form') ?? '', flow.pending.form))
    return message(403, 'There is nothing to confirm', 'Begin again.', returnTo)
  const { pending } = flow
  const grant = chosenFrom(pending, form)
  const isWanted = form.get('decision') === 'allow'
  if (isWanted && grant.accounts.length === 0)
    return message(400, 'No account', 'Go back and choose an account.')
  flows.end(flow)
  if (isWanted) {
    try {
      await give(visit, grant, pending)
    } catch (error) {
      const known = await grantsOf(visit)
      if (known.every(({ grantId }) => grantId !== grant.grantId)) await removeGrant(settings, grant.grantId)
      throw error
    }
    return done(message(200, 'The accounts can be used', 'You can close this page.', returnTo), visit)
  }
  await audit(visit, { action: 'declined', grantId: pending.grantId, accountIds: idsOf(pending) })
  return done(message(200, 'The accounts are not used', 'Nothing of them was kept.', returnTo), visit)
}

/** Takes a grant away from its user, and from no other. */
export const revoke = async (visit: OAuthVisit): Promise<PageAnswer> => {
  const { form, settings } = visit
  const grantId = form.get('grantId')
  const grant = (await grantsOf(visit)).find(one => one.grantId === grantId)
  if (!grant)
    return message(404, 'There is no such access', 'It may have been removed before.', settings.returnTo)
  await audit(visit, { action: 'revoked', grantId: grant.grantId, accountIds: idsOf(grant) })
  const reference = await takeAway(visit, grant.grantId)
  if (reference !== undefined)
    return message(
      500,
      'The access is removed, but not its tokens',
      `The gateway still has the tokens, and does not use them. Ask who runs the application to remove them, and name the reference ${reference}.`,
      settings.returnTo,
    )
  return message(200, 'The access is removed', 'The gateway has no tokens of it any more.', settings.returnTo)
}
