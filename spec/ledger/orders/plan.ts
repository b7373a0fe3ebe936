import type { Fault } from '../faults'
import type { Ways } from '../ways'

/** Until when commands are given and faults strike, in ms. */
export const TROUBLE = 30_000

/** In pips; left as it is, or removed. */
type Leg = number | null | undefined

/** Something a trader does; `which` picks one of what there is then, `by` is in pips. */
export type Act =
  | {
      readonly kind: 'place'
      readonly type: 'market' | 'marketRange' | 'limit' | 'stop' | 'stopLimit'
      readonly symbolId: number
      readonly side: 'buy' | 'sell'
      readonly lots: number
      readonly by: number
      readonly stopLoss: number | undefined
      readonly takeProfit: number | undefined
      readonly expires: number | undefined
    }
  | { readonly kind: 'amend'; readonly which: number; readonly by: number; readonly stopLoss: Leg }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'close'; readonly which: number; readonly isPart: boolean }
  | { readonly kind: 'protect'; readonly which: number; readonly stopLoss: Leg; readonly takeProfit: Leg }
  | { readonly kind: 'closeAll'; readonly cancelPending: boolean }

export interface Given {
  readonly act: Act
  readonly sendsLater: boolean
  /** How long it is looked for, in ms: that of the library where none is given. */
  readonly horizon: number | undefined
  /** When the caller loses interest, in ms from then. */
  readonly patience: number | undefined
}

/** What another terminal does. */
export interface Other {
  readonly does: 'buy' | 'sell' | 'close' | 'cancel' | 'protect'
  readonly which: number
}

export type Happening =
  | { readonly given: Given }
  | { readonly fault: Fault }
  | { readonly other: Other }
  /** The price of EURUSD jumps by so many points. */
  | { readonly jump: number }

export interface Plan {
  readonly seed: number
  readonly ways: Ways
  readonly happenings: readonly (readonly [at: number, Happening])[]
  /** Whether the line is lost once more when nothing strikes any more. */
  readonly isCut: boolean
}
