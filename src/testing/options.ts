import { invalidOption } from '../errors'
import type { AppCredentials } from '../session/authentication/auth'
import type { AccountOptions, ClientTuning } from '../session/options'
import type { SimulatorOptions } from '../simulator/options'

/** What a scenario is played with, where it should not be the default. */
export interface MarbleOptions {
  /**
   * Whether prices change only where they are drawn (`'still'`, the default), or as the simulator makes them up
   * (`'moving'`).
   */
  readonly market?: 'still' | 'moving'
  /** How long the run is, in ms: what would come later does not. Default 600 000, ten minutes. */
  readonly until?: number
  /** Whether the account is kept authenticated; if not, nothing connects before somebody subscribes. Default true. */
  readonly authenticated?: boolean
  /** Of the simulator. With a `latency` the authentication takes its time from the start. */
  readonly simulator?: SimulatorOptions
  /** Of the client: `demo` with the secret `demo`; its jitter is the same every time. */
  readonly client?: Partial<AppCredentials & ClientTuning>
  /**
   * The account: 12345678 with the access token `demo`. With another id say it in the messages that are drawn and
   * expected too, as `ctidTraderAccountId`.
   */
  readonly account?: Partial<AccountOptions>
}

const TEN_MINUTES = 600_000

/** The options with the defaults. Throws `InvalidOption`: a misspelt one would be a test of something else. */
export const optionsOf = ({
  market = 'still',
  until = TEN_MINUTES,
  authenticated = true,
  simulator = {},
  client = {},
  account = {},
  ...others
}: MarbleOptions): Required<MarbleOptions> => {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalidOption(unknown, 'is not an option of marbles')
  if (!['still', 'moving'].includes(market)) throw invalidOption('market', "must be 'still' or 'moving'")
  if (!(until >= 0 && until < Infinity)) throw invalidOption('until', 'must be a number of ms of at least 0')
  return { market, until, authenticated, simulator, client, account }
}
