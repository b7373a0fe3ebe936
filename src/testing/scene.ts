import { NEVER } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Message } from '../protocol/table'
import type { AppCredentials } from '../session/authentication/auth'
import type { AccountOptions, ClientSettings } from '../session/options'
import { createSimulator } from '../simulator/simulator'
import type { Connect } from '../transport/socket'
import { marbleBroker } from './drawing/broker'
import type { Drawing, MarbleBroker } from './drawing/broker'
import type { DrawnMarket } from './drawing/market'
import { kitMarket } from './drawing/opening'
import { ACCOUNT_ID, MARKET_START } from './messages/usual'
import type { MarblesOptions } from './options'
import { tapRequests } from './requests'

/** Independent of any browser. */
const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

/** A broker that can be drawn, and what a client of it needs. */
export interface Scene {
  readonly broker: MarbleBroker
  readonly client: AppCredentials & Partial<ClientSettings> & { readonly connect: Connect }
  readonly account: AccountOptions
  /** What clients have sent so far, then each new message, on every line to the broker. */
  readonly sent$: Observable<Message>
  /** Notes the prices that were drawn and cross. */
  readonly conclude: () => void
}

/** The client that a kit has without options. */
export const usualClient = { clientId: 'demo', clientSecret: 'demo', random: () => 0.5, platform } as const

/** The account that it has. */
export const usualAccount = { accountId: ACCOUNT_ID, accessToken: 'demo' } as const

export const createScene = (
  {
    account,
    client,
    market,
    simulator,
  }: Required<Pick<MarblesOptions, 'account' | 'client' | 'market' | 'simulator'>>,
  drawing: Pick<Drawing, 'checkRunning' | 'effects' | 'now' | 'until'>,
): Scene => {
  let still: DrawnMarket | undefined
  const simulated = createSimulator({
    start: MARKET_START,
    ...(market === 'still' && { market: (past, start) => (still = kitMarket(past, start)) }),
    ...simulator,
  })
  const { connect, sent$ } = tapRequests(simulated.connect)
  const owner = { ...usualAccount, ...account }
  const broker = marbleBroker(
    // So that the requests of other clients are seen too.
    { ...simulated, connect },
    { ...drawing, accountId: owner.accountId, market: still, speed: simulator.speed ?? 1 },
  )
  return {
    broker,
    sent$,
    client: { ...usualClient, ...client, connect },
    account: owner,
    conclude: () => {
      for (const text of still?.crossed() ?? []) drawing.effects.report(text)
    },
  }
}
