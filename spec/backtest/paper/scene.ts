import { createClient } from 'rx-ctrader'
import type { Account, Client, ClientOptions } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import type { PaperOptions } from 'rx-ctrader/backtest'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'
import { wiretap } from '../../support/wiretap'
import type { Wiretap } from '../../support/wiretap'

export const ACCOUNT = 12345678

const tuning: Partial<ClientOptions> = { random: () => 0.5, linger: 0 }

export interface PaperScene extends VirtualTime {
  /** The real server. */
  readonly broker: Simulator
  /** The line to the real server. */
  readonly wire: Wiretap
  readonly real: Account
  /** A client whose account is on paper. */
  readonly strategist: (options?: PaperOptions) => { readonly client: Client; readonly account: Account }
}

/** A real account at a simulator, and clients that trade it on paper, in virtual time. */
export const paperScene = (play: (scene: PaperScene) => void, options: SimulatorOptions = {}): void => {
  inVirtualTime(time => {
    const broker = createSimulator({ latency: 10, ...options })
    const wire = wiretap(broker.connect)
    const real = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      ...tuning,
      connect: wire.connect,
    }).account({ accountId: ACCOUNT, accessToken: 'demo' })
    play({
      ...time,
      broker,
      wire,
      real,
      strategist: (paperOptions = {}) => {
        const connect = paper(real, paperOptions)
        const client = createClient({ clientId: 'any', clientSecret: 'any', ...tuning, connect })
        return {
          client,
          account: client.account({ accountId: paperOptions.accountId ?? ACCOUNT, accessToken: 'any' }),
        }
      },
    })
  })
}
