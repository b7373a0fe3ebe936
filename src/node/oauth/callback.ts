import { randomUUID } from 'node:crypto'
import { firstValueFrom } from 'rxjs'
import { seeOther } from '../http/page'
import type { PageAnswer } from '../http/page'
import { exchangeCode } from './exchangeCode'
import type { Exchanged } from './exchangeCode'
import { describeError } from '../../util/describeError'
import { isSameText, randomText } from './flows'
import type { Flow } from './flows'
import { message } from './pages'
import { findFlow } from './visit'
import type { OAuthVisit } from './visit'

const NO_ACCESS = 'There is no access yet'

const failure = ({ flows, settings }: OAuthVisit, flow: Flow, status: number, text: string): PageAnswer => {
  flows.end(flow)
  return message(status, NO_ACCESS, text, settings.returnTo)
}

/** Asks which accounts the tokens open, and leads to the page on which the user confirms them. */
const askToConfirm = async (
  visit: OAuthVisit,
  flow: Flow,
  { tokens }: Extract<Exchanged, { readonly kind: 'tokens' }>,
): Promise<PageAnswer> => {
  const { gateway, settings } = visit
  try {
    const granted = await firstValueFrom(gateway.grantedAccounts(tokens.accessToken), {
      defaultValue: undefined,
    })
    if (!granted) throw new Error('there was no answer')
    flow.pending = { ...granted, tokens, grantId: randomUUID(), form: randomText() }
  } catch (error) {
    settings.log('warn', 'gateway.consent', { page: 'callback', accounts: describeError(error) })
    return failure(visit, flow, 502, 'cTrader did not say which accounts there are. Try again.')
  }
  return seeOther(`${settings.base}/accounts`)
}

/**
 * Where the user comes back to. `state` does not always come back from cTrader, so the cookie counts: without it, a
 * foreign page could have sent the user here with a code of its own.
 */
export const callback = async (visit: OAuthVisit): Promise<PageAnswer> => {
  const { query, settings } = visit
  const flow = findFlow(visit)
  const state = query.get('state')
  if (!flow || flow.hasCode || (state !== null && !isSameText(state, flow.state)))
    return message(
      403,
      NO_ACCESS,
      'This browser did not ask for it, or it was used before.',
      settings.returnTo,
    )
  flow.hasCode = true
  const code = query.get('code')
  if (query.has('error')) return failure(visit, flow, 400, 'Access was declined on the consent page.')
  if (code === null) return failure(visit, flow, 400, 'There is no code.')
  const exchanged = await firstValueFrom(exchangeCode(code, settings.application, settings), {
    defaultValue: { kind: 'unreachable' } as const,
  })
  switch (exchanged.kind) {
    case 'tokens':
      return askToConfirm(visit, flow, exchanged)
    case 'refused':
      settings.log('warn', 'gateway.consent', {
        page: 'callback',
        refused: /^\w{1,60}$/.exec(exchanged.errorCode)?.[0],
      })
      return failure(visit, flow, 400, 'cTrader refused the code. It is good for a minute, and once.')
    default:
      settings.log('warn', 'gateway.consent', { page: 'callback', endpoint: exchanged })
      return failure(visit, flow, 502, 'The token endpoint of cTrader cannot be reached. Try again.')
  }
}
