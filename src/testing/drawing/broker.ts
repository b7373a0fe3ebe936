import { asyncScheduler } from 'rxjs'
import { PayloadType } from '../../protocol/payloadType'
import type { Message } from '../../protocol/table'
import { toWirePrice } from '../../protocol/units'
import type { Fault } from '../../simulator/faults/fault'
import type { Simulator } from '../../simulator/simulator'
import { encodeFrame } from '../../transport/frame'
import { SYMBOL_ID } from '../messages/usual'
import { faultLetters, faultOf } from './faults'
import type { DrawnFault } from './faults'
import type { DrawnMarket, DrawnTick } from './market'
import { checkWithin, lookUp, timeline } from './timeline'
import type { Drawn } from './timeline'

/** A change of price, of one side or both, in decimals such as 1.1. */
export interface DrawnQuote {
  /** Default 1, EURUSD. */
  readonly symbolId?: number
  readonly bid?: number
  readonly ask?: number
}

/** A simulator whose frames, prices and faults can be drawn, each diagram from the moment at which it is drawn on. */
export interface MarbleBroker extends Simulator {
  /**
   * Sends frames on all open lines, just as they are drawn: messages, or any text. The simulator asks nobody whether
   * they are subscribed. The prices of a spot event are the market's from then on, so that orders are filled at them,
   * and it gets the market's time if it has no `timestamp`. `|` ends the drawing and nothing else.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.frames('--a-b|', { a: spot({ bid: 1.1, ask: 1.1002 }), b: accountDisconnect() })
   * })
   * ```
   */
  readonly frames: (marbles: string, values: Readonly<Record<string, Message | string>>) => void

  /**
   * Moves the market: whoever is subscribed to spots, bars or depth is told as by the server, and orders are filled
   * and triggered at these prices. Prices in decimals; a side that is left out stays.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.quotes('1s a 59s b', { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.1001 } })
   * })
   * ```
   */
  readonly quotes: (marbles: string, values: Readonly<Record<string, DrawnQuote>>) => void

  /**
   * Makes things go wrong at the times drawn. Letters stand for faults, or for kinds that need no fields; without
   * values of yours `d` drops the line, `c` closes it (1000 "Bye"), `s` silences it, `m` is a minute of maintenance,
   * `a`, `t` and `x` end the session of the account (2164), of its token (2147) and of the application (2148), `b`
   * breaks the next frame off in the middle, `g` sends garbage before it, `r` ends what lasts. Throws on what is no
   * fault.
   *
   * ```ts
   * marbles(({ broker }) => {
   *   broker.faults('5s d 30s m')
   *   broker.faults('5s k', { k: { kind: 'close', code: 1001, reason: 'Going away' } })
   * })
   * ```
   */
  readonly faults: (marbles: string, values?: Readonly<Record<string, DrawnFault>>) => void
}

const SPOT = PayloadType.PROTO_OA_SPOT_EVENT

const drawnPrice = (side: 'bid' | 'ask', decimal: number): number => {
  if (typeof decimal !== 'number' || !(toWirePrice(decimal) > 0))
    throw new Error(`${side} must be a price, such as 1.1`)
  return toWirePrice(decimal)
}

/** The tick of a spot event, where it is one of a symbol of the market. */
const tickIn = (message: Message | string, market: DrawnMarket): Omit<DrawnTick, 'at'> | undefined => {
  if (typeof message === 'string' || message.payloadType !== SPOT) return undefined
  const { symbolId, bid, ask } = message.payload
  if ((bid === undefined && ask === undefined) || !market.symbol(symbolId)) return undefined
  return { symbolId, ...(bid !== undefined && { bid }), ...(ask !== undefined && { ask }), told: false }
}

const textOf = (message: Message | string, now: number): string => {
  if (typeof message === 'string') return message
  if (message.payloadType !== SPOT || message.payload.timestamp !== undefined) return encodeFrame(message)
  return encodeFrame({ ...message, payload: { ...message.payload, timestamp: now } })
}

export interface Drawing {
  readonly accountId: number
  /** The market, unless it moves by itself. */
  readonly market: DrawnMarket | undefined
  /** How many times as fast as the scheduler's the market's time goes. */
  readonly speed: number
  /** How far the run goes, in ms from its start: nothing is drawn for later. */
  readonly until: number
}

/** What is drawn, done by a simulator. */
export const marbleBroker = (
  broker: Simulator,
  { accountId, market, speed, until }: Drawing,
): MarbleBroker => {
  const within = <T>(marbles: string, drawn: readonly Drawn<T>[]): readonly Drawn<T>[] => {
    checkWithin(marbles, asyncScheduler.now() + Math.max(0, ...drawn.map(({ at }) => at)), until)
    return drawn
  }
  const each = <T>(drawn: readonly Drawn<T>[], act: (value: T) => void): void => {
    for (const { at, value } of drawn)
      asyncScheduler.schedule(() => {
        act(value)
      }, at)
  }
  const price = (drawn: readonly Drawn<Omit<DrawnTick, 'at'>>[]): void => {
    const now = broker.now()
    market?.draw(drawn.map(({ at, value }) => ({ ...value, at: now + Math.round(at * speed) })))
    // A shift by nothing: what is due next is looked up again.
    for (const symbolId of new Set(drawn.map(({ value }) => value.symbolId))) broker.shift(symbolId, 0)
  }

  return {
    ...broker,
    frames: (marbles, values) => {
      const drawn = within(marbles, timeline(marbles, lookUp(values)))
      if (market)
        price(
          drawn.flatMap(({ at, value }) => {
            const tick = tickIn(value, market)
            return tick ? [{ at, value: tick }] : []
          }),
        )
      each(drawn, message => {
        broker.push(textOf(message, broker.now()))
      })
    },
    quotes: (marbles, values) => {
      if (!market) throw new Error("prices cannot be drawn where the market is 'moving'")
      const drawn = within(marbles, timeline(marbles, lookUp(values)))
      price(
        drawn.map(({ at, value: { symbolId = SYMBOL_ID, bid, ask } }) => {
          if (!market.symbol(symbolId)) throw new Error(`the market has no symbol ${symbolId}`)
          return {
            at,
            value: {
              symbolId,
              ...(bid !== undefined && { bid: drawnPrice('bid', bid) }),
              ...(ask !== undefined && { ask: drawnPrice('ask', ask) }),
              told: true,
            },
          }
        }),
      )
    },
    faults: (marbles, values = faultLetters(accountId)) => {
      const faultAt = lookUp<DrawnFault>(values)
      each(
        within(
          marbles,
          timeline<Fault>(marbles, letter => faultOf(faultAt(letter), accountId)),
        ),
        broker.fault,
      )
    },
  }
}
