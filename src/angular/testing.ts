import { DestroyRef, InjectionToken, inject, makeEnvironmentProviders } from '@angular/core'
import type { EnvironmentProviders } from '@angular/core'
import { asyncScheduler, firstValueFrom, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { followWallClock } from '../clock'
import { invalidOption } from '../errors'
import { checkNames } from '../options'
import type { Message, MessageType } from '../protocol/table'
import { catalogue } from '../simulator/market/catalogue/catalogue'
import { always } from '../simulator/market/catalogue/schedules'
import { createExpectations } from '../testing/asserting/expectations'
import type { MarbleBroker } from '../testing/drawing/broker'
import { createEffects } from '../testing/drawing/effects'
import type { ExpectedRequests } from '../testing/marbles'
import type { MarblesOptions } from '../testing/options'
import { requestFilter } from '../testing/requests'
import { createScene, usualAccount, usualClient } from '../testing/scene'
import type { Scene } from '../testing/scene'
import { withAccount } from './features/features'
import { provideCTrader } from './provide'

/** Settings of `provideCTraderTesting`. The others are those of `marbles`. */
export interface CTraderTestingOptions extends Pick<
  MarblesOptions,
  'account' | 'client' | 'market' | 'simulator' | 'strict'
> {
  /** The broker of `marbles`, in whose scenario the application runs. Default: a broker of its own. */
  readonly broker?: MarbleBroker
  /** Lets time pass: `ms => jest.advanceTimersByTimeAsync(ms)`, or that of `vi`. Default: waits in real time. */
  readonly advance?: (ms: number) => unknown
}

/** What a test has of an application with `provideCTraderTesting`. */
export interface CTraderTesting {
  /** The simulator, whose frames, prices and faults can be drawn. A diagram starts when it is drawn. */
  readonly broker: MarbleBroker
  /**
   * Compares what the application has sent until now. The times are from the start of the test. Without payload types:
   * everything except heartbeats and the authentication of application and account.
   */
  readonly expectRequests: (...payloadTypes: readonly MessageType[]) => ExpectedRequests
  /** Lets time pass, in ms. */
  readonly advance: (ms: number) => Promise<void>
  /**
   * Lets time pass until a promise is settled, and gives its result. Rejects if it is not settled after so much time of the
   * test, by default a minute: then something waits for what never comes.
   *
   * ```ts
   * const { settle } = injectCTraderTesting()
   * const answer = settle(Promise.resolve(1))
   * ```
   */
  readonly settle: <T>(promise: PromiseLike<T>, within?: number) => Promise<T>
}

/** As RxJS has it, so that it can be compared with a diagram. */
interface SentEvent {
  readonly frame: number
  readonly notification: { readonly kind: 'N'; readonly value: Message }
}

interface Made extends Pick<Scene, 'account' | 'broker' | 'client'> {
  readonly testing: CTraderTesting
}

const TESTING = new InjectionToken<Made>('provideCTraderTesting')

const names = {
  account: true,
  advance: true,
  broker: true,
  client: true,
  market: true,
  simulator: true,
  strict: true,
}

/** Clients judge trading hours by their own clock, and a test may run at a weekend. */
const alwaysOpen = () => catalogue.symbols.map(({ light }) => ({ name: light.symbolName, schedule: always }))

const A_MINUTE = 60_000
/** Time passes in such steps, in ms: what settles is seen soon, and a minute takes few of them. */
const STEP = 50

const clockOf = (
  pass: (ms: number) => unknown = ms => firstValueFrom(timer(ms), { defaultValue: 0 }),
): Pick<CTraderTesting, 'advance' | 'settle'> => {
  const advance = async (ms: number): Promise<void> => {
    await pass(ms)
  }
  return {
    advance,
    settle: async (promise, within = A_MINUTE) => {
      const state = { isSettled: false }
      const settled = (): void => {
        state.isSettled = true
      }
      promise.then(settled, settled)
      await advance(0)
      for (let passed = 0; !state.isSettled; passed += STEP) {
        if (passed >= within)
          throw new Error(
            `it has not settled within ${within} ms: it waits for what never comes, for an import, or time does not pass`,
          )
        await advance(STEP)
      }
      return promise
    },
  }
}

/** With a broker of `marbles`, its scenario expects and draws. */
const inScenario = (broker: MarbleBroker, { account, client, advance }: CTraderTestingOptions): Made => ({
  broker,
  client: { ...usualClient, ...client, connect: broker.connect },
  account: { ...usualAccount, ...account },
  testing: {
    ...clockOf(advance),
    broker,
    expectRequests: () => {
      throw invalidOption('broker', 'is that of marbles: use the expectRequests of its scenario')
    },
  },
})

const alone = ({
  account = {},
  advance,
  client = {},
  market = 'still',
  simulator = {},
  strict = true,
}: CTraderTestingOptions): Made => {
  const unfollow = followWallClock()
  const effects = createEffects(strict)
  const expectations = createExpectations(Infinity, effects)
  const began = asyncScheduler.now()
  const now = (): number => asyncScheduler.now() - began
  let isOver = false
  const scene = createScene(
    { account, client, market, simulator: { symbols: alwaysOpen(), ...simulator } },
    {
      effects,
      until: Infinity,
      now,
      checkRunning: what => {
        if (isOver)
          throw new Error(`the test is over: ${what} must be called before its injector is destroyed`)
      },
    },
  )
  const sent: SentEvent[] = []
  const noted = scene.sent$.subscribe(value => {
    sent.push({ frame: now(), notification: { kind: 'N', value } })
  })
  inject(DestroyRef).onDestroy(() => {
    isOver = true
    unfollow()
    noted.unsubscribe()
    scene.conclude()
    expectations.conclude()
  })
  return {
    ...scene,
    testing: {
      ...clockOf(advance),
      broker: scene.broker,
      expectRequests: (...payloadTypes) => {
        const isSelected = requestFilter(payloadTypes)
        return expectations.named('expectRequests', {
          toBe: (marbles: string, values?: Readonly<Record<string, Message>>) => {
            const actual = sent.filter(({ notification }) => isSelected(notification.value))
            expectations.assertEqual(
              actual,
              TestScheduler.parseMarbles(marbles, values, undefined, true, true),
            )
            expectations.throwMismatches()
          },
        })
      },
    },
  }
}

/**
 * Provides a client for tests of components, instead of `provideCTrader`. Its broker is the simulator of
 * `rx-ctrader/testing`, whose prices, frames and faults can be drawn: `injectCTraderTesting()`. The application's account is
 * 12345678.
 *
 * - **In `marbles`**, give it the `broker` of the scenario. Then all is in virtual time, and `expectRequests` sees what the
 *   application sends.
 * - **In an async test**, use the fake timers of your runner, and give `advance`. So `await`, resources, guards and the
 *   router work.
 *
 * ```ts
 * const providers = [provideCTraderTesting({ simulator: { latency: 10 } })]
 * ```
 */
export const provideCTraderTesting = (options: CTraderTestingOptions = {}): EnvironmentProviders => {
  checkNames(options, names)
  return makeEnvironmentProviders([
    {
      provide: TESTING,
      useFactory: () => (options.broker ? inScenario(options.broker, options) : alone(options)),
    },
    provideCTrader(
      () => inject(TESTING).client,
      withAccount(() => inject(TESTING).account),
      { kind: 'simulator', simulate: () => inject(TESTING).broker },
    ),
  ])
}

/**
 * The broker of `provideCTraderTesting`, what the application has sent, and its time. In a test:
 * `TestBed.runInInjectionContext(injectCTraderTesting)`.
 *
 * ```ts
 * const { broker } = injectCTraderTesting()
 * ```
 */
export const injectCTraderTesting = (): CTraderTesting => inject(TESTING).testing
