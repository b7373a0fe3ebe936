import { NEVER, asyncScheduler, defer, map } from 'rxjs'
import { ProtoOAClientPermissionScope } from '../protocol/messages/enums'
import type { Account } from '../session/account'
import { createClient } from '../session/client'
import { createSimulator } from '../simulator/simulator'
import type { Simulator } from '../simulator/simulator'
import type { Connect } from '../transport/socket'
import type { PreparedHistory } from '../simulator/market/history/readHistory'
import type { SimulatorOptions } from '../simulator/options/simulatorOptions'
import { asBacktestError } from './options'
import type { BacktestOptions, TimedFault } from './options'

/** The only account of a backtest. */
export const ACCOUNT_ID = 1
const CREDENTIAL = 'backtest'
const MONEY_DIGITS = 2

/** No browser and no network. */
const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

/** The settings of a run whose history was read before, because other runs have the same. */
export interface PreparedOptions<P> extends Omit<BacktestOptions<P>, 'history'> {
  readonly prepared: readonly PreparedHistory[]
}

/** What a backtest can be run with. */
export type RunnableOptions<P> = BacktestOptions<P> | PreparedOptions<P>

/** A simulator of the histories, with the account of a backtest. */
export const createBroker = <P>(options: RunnableOptions<P>): Simulator => {
  const { from, seed = 1, symbols, fills, faults } = options
  const { balance = 10_000, moneyDigits = MONEY_DIGITS, ...terms } = options.account ?? {}
  const simulator: SimulatorOptions = {
    seed,
    ...('prepared' in options ? { prepared: options.prepared } : { history: options.history }),
    // Only what goes wrong needs the timers of a real line.
    lineTimers: faults !== undefined,
    ...(from !== undefined && { start: from }),
    ...(symbols && { symbols }),
    ...(fills && { fills }),
    applications: [{ clientId: CREDENTIAL, clientSecret: CREDENTIAL }],
    accounts: [
      {
        ...terms,
        accountId: ACCOUNT_ID,
        isLive: false,
        traderLogin: ACCOUNT_ID,
        brokerTitleShort: 'Backtest',
        balance: Math.round(balance * 10 ** moneyDigits),
        moneyDigits,
      },
    ],
    grants: [
      {
        accessToken: CREDENTIAL,
        refreshToken: CREDENTIAL,
        accountIds: [ACCOUNT_ID],
        permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
      },
    ],
  }
  try {
    return createSimulator(simulator)
  } catch (error) {
    throw asBacktestError(error)
  }
}

/** A reproducible source of fractions. */
const fractions = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A line for the time of a run alone: in the time of the machine, the market would jump by years. */
const during =
  (connect: Connect, isRunning: () => boolean): Connect =>
  () =>
    defer(() => (isRunning() ? connect() : NEVER)).pipe(
      map(socket => ({
        ...socket,
        send: (text: string) => {
          if (isRunning()) socket.send(text)
        },
      })),
    )

/** The account of a backtest, as a client has it. `isRunning` is asked before anything reaches the broker. */
export const createBacktestAccount = (broker: Simulator, seed: number, isRunning: () => boolean): Account =>
  createClient({
    clientId: CREDENTIAL,
    clientSecret: CREDENTIAL,
    connect: during(broker.connect, isRunning),
    platform,
    random: fractions(seed),
  }).account({ accountId: ACCOUNT_ID, accessToken: CREDENTIAL })

/** Makes the faults of a backtest happen in their time. */
export const scheduleFaults = (broker: Simulator, faults: readonly TimedFault[] = []): void => {
  for (const { at, fault } of faults)
    asyncScheduler.schedule(
      () => {
        broker.fault(fault)
      },
      Math.max(0, at - broker.now()),
    )
}
