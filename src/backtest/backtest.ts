import { Observable, Subscription, filter, from, switchMap, take } from 'rxjs'
import type { ObservableInput } from 'rxjs'
import { invalidOption } from '../errors'
import type { Account } from '../session/account'
import { ACCOUNT_ID, createBacktestAccount, createBroker, scheduleFaults } from './broker'
import { createLedger } from './ledger'
import { createMacrotasks } from './macrotasks'
import type { RunnableOptions } from './broker'
import { checkBacktest, checkRange, lastTime } from './options'
import type { BacktestOptions } from './options'
import type { BacktestEvent } from './results'
import type { Strategy } from './strategy'
import { createVirtualTime } from './virtualTime'

/**
 * How many moments pass until others get their turn: some ten ms of work. A number, and not a time, so that a run emits
 * the same on every machine.
 */
const MOMENTS_A_TURN = 2_048

const isPromise = (input: unknown): boolean =>
  typeof (input as { readonly then?: unknown } | undefined)?.then === 'function'

/** One run of a strategy. */
const createRun = <P extends object>(strategy: Strategy<P>, options: RunnableOptions<P>) => {
  const virtual = createVirtualTime()
  const parts = new Subscription()
  const held = new Subscription()
  let failure: { readonly error: unknown } | undefined
  let isInside = false
  let waitsForPromises = false

  const fail = (error: unknown): void => {
    failure ??= { error }
  }
  const enter = <T>(act: () => T): T => {
    isInside = true
    try {
      return virtual.enter(act)
    } finally {
      isInside = waitsForPromises
    }
  }
  const waitForPromises = (): void => {
    if (waitsForPromises) return
    waitsForPromises = true
    held.add(virtual.hold())
  }
  if (options.promises === true) waitForPromises()

  const broker = enter(() => createBroker(options))
  const start = enter(broker.now)
  const end = lastTime(broker.history, options)
  checkRange(start, end, options)
  virtual.setWallClock(start)
  const ledger = createLedger(broker.exchange.account(ACCOUNT_ID), start)

  const call = (account: Account): ObservableInput<unknown> => {
    const input = strategy(account, options.params ?? ({} as P))
    if (isPromise(input)) waitForPromises()
    if (Object(input) !== input)
      throw invalidOption('strategy', 'must return an observable, a promise or a list')
    return input
  }
  const begin = (): void => {
    const account = createBacktestAccount(broker, options.seed ?? 1, () => {
      // A strategy that was called back in real time.
      if (!isInside) fail(invalidOption('promises', 'must be true for a strategy that waits for promises'))
      return isInside
    })
    scheduleFaults(broker, options.faults)
    parts.add(broker.defect$.subscribe(fail))
    // The account stays when the strategy has completed: its orders and positions live on.
    parts.add(account.authenticated$.subscribe({ error: fail }))
    parts.add(
      account.authenticated$
        .pipe(
          filter(({ status }) => status === 'authenticated'),
          take(1),
          switchMap(() => from(call(account))),
        )
        .subscribe({ error: fail }),
    )
  }

  /** Passes to the next moment at which something happens. Returns false at the end. */
  const advance = (): boolean => {
    const next = virtual.nextAt()
    const now = start + virtual.elapsed()
    const at = next === undefined ? Infinity : start + next
    if (at > end) {
      ledger.pass(now, end)
      return false
    }
    if (at > now) ledger.pass(now, at)
    virtual.step()
    ledger.note(at)
    return true
  }

  return {
    failure: () => failure,
    progress: () => virtual.elapsed() / (end - start),
    begin: () => {
      enter(begin)
    },
    /** Goes on for a while. Returns false at the end. */
    turn: (): boolean => {
      const goOn = (): boolean => {
        for (let left = MOMENTS_A_TURN; left > 0; left -= 1) {
          if (!advance() || failure) return false
          if (waitsForPromises) return true
        }
        return true
      }
      try {
        return enter(goOn)
      } catch (error) {
        fail(error)
        return false
      }
    },
    result: (): BacktestEvent => ({ kind: 'result', ...ledger.resultAt(end), history: broker.history }),
    end: () => {
      enter(() => {
        parts.unsubscribe()
      })
      held.unsubscribe()
      isInside = false
    },
  }
}

/** As `backtest`, with options that were checked before. */
export const runBacktest = <P extends object>(
  strategy: Strategy<P>,
  options: RunnableOptions<P>,
): Observable<BacktestEvent> =>
  new Observable<BacktestEvent>(subscriber => {
    const run = createRun(strategy, options)
    const tasks = createMacrotasks()
    subscriber.add(() => {
      tasks.close()
      run.end()
    })
    const hasFailed = (): boolean => {
      const failure = run.failure()
      if (failure) subscriber.error(failure.error)
      return failure !== undefined
    }
    const finish = (): void => {
      if (hasFailed()) return
      subscriber.next({ kind: 'progress', progress: 1 })
      subscriber.next(run.result())
      subscriber.complete()
    }
    const turn = (): void => {
      const hasMore = run.turn()
      if (hasFailed()) return
      // The end is in a turn of its own, so that a strategy which waits for a promise is found out.
      if (!hasMore) {
        tasks.next(finish)
        return
      }
      subscriber.next({ kind: 'progress', progress: run.progress() })
      if (!subscriber.closed) tasks.next(turn)
    }
    tasks.next(() => {
      run.begin()
      turn()
    })
  })
/**
 * Runs a strategy over a history, as fast as the machine can: the client, its streams and orders are the real ones,
 * and the broker is the simulator. Bars of the past are asked for (`ProtoOAGetTrendbarsReq`), prices come as
 * `ProtoOASpotEvent`, and orders leave as `ProtoOANewOrderReq`. Each subscription is a run of its own.
 *
 * Emits how far it has come, from 0 to 1, and last the result; then it completes. Errors if the strategy does, and
 * with `InvalidOption` where the history is not as it must be: it names the field, such as `history.0.bars.17.high`.
 * Unsubscribing ends the run. Throws `InvalidOption` for invalid options.
 *
 * ```ts
 * const bars = [{ timestamp: Date.UTC(2025, 0, 6), open: 1.1, high: 1.102, low: 1.099, close: 1.101 }]
 * const buy: Strategy = account =>
 *   placeOrder(account, { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1000) })
 *
 * backtest(buy, { history: [{ symbol: 'EURUSD', period: 'M1', bars, spread: 0.0001 }] }).subscribe(event => {
 *   if (event.kind === 'result') console.log(event.statistics)
 * })
 * ```
 */
export const backtest = <P extends object = object>(
  strategy: Strategy<P>,
  options: BacktestOptions<P>,
): Observable<BacktestEvent> => {
  checkBacktest(strategy, options)
  return runBacktest(strategy, options)
}
