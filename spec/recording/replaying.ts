import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, spots } from 'rx-ctrader'
import type { Account, AccountOptions, Client, ClientOptions, Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { record, replay } from 'rx-ctrader/recording'
import type { Replay, ReplayOptions } from 'rx-ctrader/recording'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

export interface Session extends VirtualTime {
  readonly client: Client
  readonly account: Account
}

export const sessionOver = (
  time: VirtualTime,
  connect: Connect,
  options: Partial<ClientOptions> = {},
  owner: Partial<AccountOptions> = {},
): Session => {
  const client = createClient({
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    linger: 0,
    ...options,
    connect,
  })
  return { ...time, client, account: client.account({ accountId: 12345678, accessToken: 'demo', ...owner }) }
}

export interface RecordingOptions extends SimulatorOptions {
  readonly random?: () => number
  /** How long it is, in ms. A minute, if it does not say. */
  readonly length?: number
  /** What becomes of the line before the client has it. */
  readonly over?: (connect: Connect) => Connect
}

/** A minute that was recorded. */
export const recorded = (
  play: (session: Session & { readonly broker: Simulator }) => void,
  { random = () => 0.5, length = 60_000, over = connect => connect, ...simulated }: RecordingOptions = {},
): readonly string[] => {
  const lines: string[] = []
  inVirtualTime(time => {
    const broker = createSimulator({ latency: 10, ...simulated })
    const session = sessionOver(time, over(broker.connect), { random })
    record(session.client).subscribe(line => lines.push(line))
    time.watch(session.account.accountAuth$, length)
    play({ ...session, broker })
  })
  return lines
}

/** The same minute again. */
export const replayed = (
  lines: string | Iterable<string>,
  play: (session: Session & Pick<Replay, 'ended$'>) => void,
  { speed = 1, ...options }: Partial<ClientOptions> & ReplayOptions = {},
  owner: Partial<AccountOptions> = {},
): void => {
  inVirtualTime(time => {
    const connect = replay(lines, { speed })
    const session = sessionOver(time, connect, options, owner)
    time.watch(session.account.accountAuth$, 60_000)
    play({ ...session, ended$: connect.ended$ })
  })
}

export const bids = (account: Account): Observable<number | undefined> =>
  spots(account, 1).pipe(map(({ bid }) => bid))

/** A minute of quotes. */
export const quotes = recorded(({ account, watch }) => {
  watch(bids(account), 59_000)
})

/** The bids of a replay, with the times at which they come. */
export const bidsOf = (
  lines: string | Iterable<string>,
  options: Partial<ClientOptions> & ReplayOptions = {},
  from = 0,
): readonly (readonly [number, number | undefined])[] => {
  let seen: readonly (readonly [number, number | undefined])[] = []
  replayed(
    lines,
    ({ account, watch, at }) => {
      at(from, () => {
        seen = watch(bids(account), 59_000 - from).timed
      })
    },
    options,
  )
  return seen
}
