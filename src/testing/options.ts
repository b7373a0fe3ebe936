import { invalidOption } from '../errors'
import type { AppCredentials } from '../session/authentication/auth'
import type { AccountOptions, ClientSettings } from '../session/options'
import type { SimulatorOptions } from '../simulator/options/simulatorOptions'

/** Settings of a scenario. */
export interface MarblesOptions {
  /**
   * Whether prices change only when they are drawn (`'still'`, the default), or as the simulator makes them
   * (`'moving'`).
   */
  readonly market?: 'still' | 'moving'
  /** The length of the run in ms. Later events do not happen. Default 600 000, ten minutes. */
  readonly until?: number
  /**
   * Whether it is an error if something that is drawn has no effect. Default true. These have none:
   *
   * - a frame while no line is open, or for an account that is not there
   * - a fault that affects nothing until the end
   * - a value that is in no diagram, unless its table is frozen because several scenarios share it
   *
   * So is a bid above the ask.
   */
  readonly strict?: boolean
  /**
   * Whether the account is kept authenticated. If not, nothing connects before the first subscription. Default
   * true.
   */
  readonly authenticated?: boolean
  /** Options of the simulator. With a `latency`, the authentication takes time from the start. */
  readonly simulator?: SimulatorOptions
  /** Options of the client: `demo` with the secret `demo`. Its jitter is the same every time. */
  readonly client?: Partial<AppCredentials & ClientSettings>
  /**
   * The account: 12345678 with the access token `demo`. For another id, also set `ctidTraderAccountId` in drawn and
   * expected messages.
   */
  readonly account?: Partial<AccountOptions>
}

const TEN_MINUTES = 600_000

/** The options with defaults. Throws `InvalidOption`: with a misspelt option, a test would test something else. */
export const readOptions = ({
  market = 'still',
  until = TEN_MINUTES,
  authenticated = true,
  strict = true,
  simulator = {},
  client = {},
  account = {},
  ...others
}: MarblesOptions): Required<MarblesOptions> => {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalidOption(unknown, 'is not an option of marbles')
  if (!['still', 'moving'].includes(market)) throw invalidOption('market', "must be 'still' or 'moving'")
  if (!(until >= 0 && until < Infinity)) throw invalidOption('until', 'must be a number of ms of at least 0')
  return { market, until, authenticated, strict, simulator, client, account }
}
