import { createClient, PayloadType } from 'rx-ctrader'
import type { Account, Client, ClientOptions } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { inVirtualTime } from './virtualTime'
import type { VirtualTime } from './virtualTime'
import { wiretap } from './wiretap'
import type { Wiretap } from './wiretap'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

export interface Scene extends VirtualTime {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly client: Client
  readonly account: Account
  /** What was asked since the last look, apart from authentication and heartbeats. */
  readonly asked: () => number[]
  /** What the server has subscribed, on the one line there is. */
  readonly subscribed: () => { readonly spots: readonly number[]; readonly depth: readonly number[] }
}

const AUTHENTICATIONS: readonly number[] = [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ]

/** An account at a simulator in virtual time, that stays authenticated for ten minutes. */
export const scene = (
  play: (scene: Scene) => void,
  { latency = 10, ...options }: SimulatorOptions = {},
  tuning: Partial<ClientOptions> = {},
): void => {
  inVirtualTime(time => {
    const broker = createSimulator({ latency, ...options })
    const wire = wiretap(broker.connect)
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      linger: 0,
      ...tuning,
      connect: wire.connect,
    })
    const account = client.account({ accountId: 12345678, accessToken: 'demo' })
    time.watch(account.accountAuth$)
    let seen = 0
    play({
      ...time,
      broker,
      wire,
      client,
      account,
      asked: () => {
        const types = wire.sentTypes().filter(type => !AUTHENTICATIONS.includes(type))
        const since = types.slice(seen)
        seen = types.length
        return since
      },
      subscribed: () => {
        const lines = broker.lines()
        expect(lines).toHaveLength(1)
        const { spots = [], depth = [] } = lines[0]?.subscriptions[0] ?? {}
        return { spots, depth }
      },
    })
  })
}
