import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'

const EURUSD = 1

const USDJPY = 4

const USDCAD = 8

const EURGBP = 9

const XAUUSD = 41

export const SYMBOLS = [EURUSD, USDJPY, USDCAD, EURGBP, XAUUSD] as const

export type Symbols = (typeof SYMBOLS)[number]

/** What changes the state of an account; of these the next may be one that cannot be read. */
export const EVENTS = [
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT,
  PayloadType.PROTO_OA_TRADER_UPDATE_EVENT,
]

export interface Step {
  readonly wait: number
  readonly kind:
    | 'market'
    | 'limit'
    | 'stop'
    | 'cancel'
    | 'amend'
    | 'protect'
    | 'close'
    | 'deposit'
    | 'terms'
    | 'bonus'
    | 'shift'
    | 'mute'
    | 'unlist'
    | 'recover'
    | 'drop'
    | 'malform'
    | 'look'
  readonly symbolId: Symbols
  readonly side: 1 | 2
  readonly lots: number
  readonly far: number
  readonly pick: number
  readonly guarded: boolean
  readonly passing: boolean
  /** Not by this client but from another terminal, also while its line is down. */
  readonly elsewhere: boolean
}

export interface Session {
  readonly netted: boolean
  readonly marginType: 0 | 1 | 2
  /** By which rule an account with limited risk takes margin; none has no limited risk. */
  readonly limitedRisk: 0 | 1 | 2 | undefined
  readonly bonus: 0 | 1_000 | 9_000
  readonly depositAsset: 'USD' | 'EUR' | 'JPY'
  readonly moneyDigits: number
  readonly leverage: number
  readonly latency: number
  readonly seed: number
  /** The symbol that is in no list from the beginning. */
  readonly unlisted: Symbols | undefined
  readonly profitRate: 'bid' | 'mid'
  readonly traderUpdates: 'whole' | 'sparse'
  readonly archivedById: 'symbol' | 'archivedSymbol'
  /** Whether events come that cannot be read: then it is only known later what the server has. */
  readonly unreadable: boolean
  readonly steps: readonly Step[]
}

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })),
  kind: fc.constantFrom(
    'market',
    'market',
    'market',
    'limit',
    'limit',
    'stop',
    'cancel',
    'amend',
    'protect',
    'protect',
    'close',
    'close',
    'deposit',
    'terms',
    'bonus',
    'shift',
    'shift',
    'mute',
    'unlist',
    'recover',
    'drop',
    'malform',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
    'look',
  ),
  symbolId: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, 2),
  lots: fc.integer({ min: 1, max: 9 }),
  far: fc.integer({ min: 1, max: 60 }),
  pick: fc.nat(),
  guarded: fc.boolean(),
  passing: fc.boolean(),
  elsewhere: fc.boolean(),
})

export const sessions: fc.Arbitrary<Session> = fc.record({
  netted: fc.boolean(),
  marginType: fc.constantFrom(0, 1, 2),
  limitedRisk: fc.constantFrom(undefined, undefined, 0, 1, 2),
  bonus: fc.constantFrom(0, 1_000, 9_000),
  depositAsset: fc.constantFrom('USD', 'EUR', 'JPY'),
  moneyDigits: fc.constantFrom(2, 2, 3),
  leverage: fc.constantFrom(20, 100, 500),
  latency: fc.constantFrom(0, 10, 70),
  seed: fc.integer({ min: 1, max: 1_000 }),
  unlisted: fc.constantFrom(undefined, undefined, undefined, EURUSD, USDCAD, EURGBP),
  profitRate: fc.constantFrom('bid', 'bid', 'mid'),
  traderUpdates: fc.constantFrom('whole', 'sparse'),
  archivedById: fc.constantFrom('symbol', 'archivedSymbol'),
  unreadable: fc.constantFrom(true, false, false, false),
  steps: fc.array(steps, { minLength: 10, maxLength: 50, size: 'max' }),
})
