import { asyncScheduler } from 'rxjs'
import type { Message } from '../../protocol/table'
import type { LineFilter } from '../../simulator/faults/armed'
import type { Fault } from '../../simulator/faults/fault'
import type { Simulator } from '../../simulator/simulator'
import type { Effects } from './effects'
import { faultLetters, readFault } from './faults'
import type { MarbleFault } from './faults'
import { fillLetters, readFill } from './fills'
import type { MarbleFill } from './fills'
import { readAccountId, checkFrame, frameText, readTick } from './frames'
import type { DrawnMarket } from './market'
import { toTick } from './quotes'
import type { MarbleQuote } from './quotes'
import type { DrawnTick } from './steps'
import { checkBounds, lookUp, timeline } from './timeline'
import type { Drawn } from './timeline'

/** A simulator whose frames, prices, faults and fills can be drawn. A diagram starts when it is drawn. */
export interface MarbleBroker extends Simulator {
  /**
   * Sends frames on all open lines exactly as they are drawn: messages, or any text. The simulator does not check
   * subscriptions. The prices of a spot event become the market's, so that orders are filled at them. Without a
   * `timestamp`, it gets the market's time. `|` ends the drawing and has no other effect.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.frames('--a-b|', { a: spot({ bid: 1.1, ask: 1.1002 }), b: accountDisconnect() })
   * })
   * ```
   */
  readonly frames: (marbles: string, values: Readonly<Record<string, Message | string>>) => void

  /**
   * Moves the market. Subscribers of spots, bars and depth get events as from the server, and orders are filled and
   * triggered at these prices. Prices are decimals. A side that is left out stays. Throws for an invalid quote, and
   * if a side has two prices at the same time.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.quotes('1s a 59s b', { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.1001 } })
   * })
   * ```
   */
  readonly quotes: (marbles: string, values: Readonly<Record<string, MarbleQuote>>) => void

  /**
   * Makes things go wrong at the drawn times. Throws for an invalid fault. The letters are:
   *
   * - `d` drops the line, `c` closes it (1000 "Bye"), `s` silences it
   * - `m` is a minute of maintenance
   * - `a`, `t` and `x` end the session of the account (2164), of its token (2147) and of the application (2148)
   * - `b` cuts off the next frame in the middle, `g` sends garbage before it
   * - `o` sends the next frame after the one that follows it, `u` sends it twice
   * - `l` sends everything 500 ms late
   * - `r` ends what lasts
   *
   * Your own letters stand for other faults, or for kinds that need no fields.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.faults('5s d 30s m')
   *   broker.faults('5s k', { k: { kind: 'close', code: 1001, reason: 'Going away' } })
   * })
   * ```
   */
  readonly faults: (marbles: string, values?: Readonly<Record<string, MarbleFault>>) => void

  /**
   * Fills the account's orders at the drawn times, in whole or in parts, and at no other time. Each letter is for the
   * oldest order that waits to be filled: a market order as soon as it is accepted, others when their price is
   * reached. Stop losses and take profits still close by themselves. Throws for an invalid fill. The letters are:
   *
   * - `f` fills all that is left, at the market's price
   * - `r` rejects the order with `TRADING_BAD_PRICES`
   * - `x` cancels it, or what is left of it
   *
   * Your own letters stand for parts, other prices and other error codes.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.fills('1s p 499ms f', { p: { volume: 400_000, price: 1.1003 } })
   * })
   * ```
   */
  readonly fills: (marbles: string, values?: Readonly<Record<string, MarbleFill>>) => void
}

export interface Drawing {
  readonly accountId: number
  /** The market; `undefined` if it moves by itself. */
  readonly market: DrawnMarket | undefined
  /** How fast the market's time goes, relative to the scheduler's. */
  readonly speed: number
  /** The end of the run, in ms from its start. Nothing can be drawn after it. */
  readonly until: number
  /** The time of the run, in ms from its start. Default: that of RxJS. */
  readonly now?: () => number
  /** Throws if it is too late to draw. */
  readonly checkRunning: (what: string) => void
  /** Where to note what is drawn and has no effect. */
  readonly effects: Effects
}

/** A simulator that does what is drawn. */
export const marbleBroker = (
  broker: Simulator,
  { accountId, market, now = () => asyncScheduler.now(), speed, until, checkRunning, effects }: Drawing,
): MarbleBroker => {
  /** What a diagram draws, with the letter of each value, and the diagram's name in errors. */
  const read = <V, T>(
    what: string,
    marbles: string,
    values: Readonly<Record<string, V>> | undefined,
    valueOf: (letter: string) => T,
  ): readonly Drawn<T>[] => {
    const letters: string[] = []
    const drawn = timeline(marbles, letter => {
      letters.push(letter)
      return valueOf(letter)
    })
    effects.draw(`${what} '${marbles}'`, values, letters)
    checkBounds(marbles, now() + Math.max(0, drawn.at(-1)?.at ?? 0), until)
    return drawn
  }
  const each = <T>(drawn: readonly Drawn<T>[], act: (value: T, at: number) => void): void => {
    for (const { at, value } of drawn)
      asyncScheduler.schedule(() => {
        act(value, now())
      }, at)
  }
  const price = (drawn: readonly Drawn<Omit<DrawnTick, 'at'>>[]): void => {
    for (const symbolId of new Set(drawn.map(({ value }) => value.symbolId)))
      broker.reprice(symbolId, now => {
        const ticks = drawn
          .filter(({ value }) => value.symbolId === symbolId)
          .map(({ at, value }) => ({ ...value, at: now + Math.round(at * speed) }))
        market?.draw(ticks)
        return ticks.some(({ at, told }) => told && at === now) ? now : now + 1
      })
  }
  const accountIds = new Set(broker.consent.accounts.map(account => account.accountId))
  const push = (message: Message | string, at: number): void => {
    const hasReached = broker.inflict({ kind: 'push', text: frameText(message, broker.now()) })
    if (!hasReached()) effects.report(`frames: what is drawn at ${at} ms reaches no client: no line is open`)
    const receiver = readAccountId(message)
    if (receiver !== undefined && !accountIds.has(receiver))
      effects.report(`frames: what is drawn at ${at} ms is for the account ${receiver}, which is not there`)
  }
  const strike = (fault: Fault, at: number, filter?: LineFilter): void => {
    const hasStruck = broker.inflict(fault, filter)
    effects.require(hasStruck, `faults: ${JSON.stringify(fault)} at ${at} ms affects nothing`)
  }
  const fill = (drawn: MarbleFill, at: number): void => {
    const mistake = broker.trade((exchange, now) => exchange.fill(accountId, drawn, now))
    if (mistake !== undefined)
      effects.report(`fills: ${JSON.stringify(drawn)} at ${at} ms fills nothing: ${mistake}`)
  }

  return {
    ...broker,
    fault: (fault, filter) => {
      strike(fault, now(), filter)
    },
    frames: (marbles, values) => {
      checkRunning('frames')
      const frameAt = lookUp(values)
      const drawn = read('frames', marbles, values, letter => checkFrame(frameAt(letter)))
      if (market)
        price(
          drawn.flatMap(({ at, value }) => {
            const tick = readTick(value, market)
            return tick ? [{ at, value: tick }] : []
          }),
        )
      each(drawn, push)
    },
    quotes: (marbles, values) => {
      checkRunning('quotes')
      if (!market) throw new Error("prices cannot be drawn where the market is 'moving'")
      const quoteAt = lookUp(values)
      price(read('quotes', marbles, values, letter => toTick(quoteAt(letter), market)))
    },
    faults: (marbles, values) => {
      checkRunning('faults')
      const faultAt = lookUp<MarbleFault>({ ...faultLetters(accountId), ...values })
      each(
        read('faults', marbles, values, letter => readFault(faultAt(letter), accountId)),
        strike,
      )
    },
    fills: (marbles, values) => {
      checkRunning('fills')
      const fillAt = lookUp<MarbleFill>({ ...fillLetters, ...values })
      const drawn = read('fills', marbles, values, letter => readFill(fillAt(letter)))
      broker.trade((exchange, at) => {
        exchange.hold(accountId, at)
      })
      each(drawn, fill)
    },
  }
}
