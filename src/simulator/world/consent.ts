import { createConsents } from '../model/consents'
import type { ConsentInput, Consents, TokenAnswer, TokenQuery } from '../model/consents'
import type { Grant, IdentityOptions, OpenIdentity, TradingAccount } from '../model/identity'
import { endSessions } from './endSession'
import type { World } from './world'

/** The consents of users, and the tokens for them. */
export interface Consent {
  /** The accounts that a user may choose from. */
  readonly accounts: readonly TradingAccount[]
  /** Why an application may not ask for consent with this redirect URI; `undefined` if it may. */
  readonly objection: Consents['objection']
  /** The code for a consent. It is good for a minute of the market's time, and once. */
  readonly authorize: (consent: ConsentInput) => string
  /** The answer of the token endpoint to a query. */
  readonly tokens: (query: TokenQuery) => TokenAnswer
}

/** The consents of users of a world. `act` runs a change at the current time. */
export const createConsent = (
  { accounts, applications }: Pick<IdentityOptions, 'accounts' | 'applications'>,
  identity: OpenIdentity,
  world: World,
  act: <T>(change: (at: number) => T) => T,
  seed: number,
): Consent => {
  const renew = (refreshToken: string, at: number): Grant | undefined => {
    const refreshed = identity.refresh(refreshToken, at)
    if (refreshed) endSessions(world, refreshed.old.accessToken)
    return refreshed?.renewed
  }
  const consents = createConsents(applications, identity, renew, seed)
  return {
    accounts,
    objection: consents.objection,
    authorize: consent => act(at => consents.authorize(consent, at)),
    tokens: query => act(at => consents.tokens(query, at)),
  }
}
