import type { Answer, Payload, RequestType } from '../../protocol/table'
import type { OrderRefusal, Refusal } from '../model/refusals'
import type { Session } from '../model/session'
import type { ExchangeAccount } from '../trading/state/exchangeAccount'
import type { World } from '../world/world'

/** A request that has passed the common checks: it is well-formed, and its sender is authenticated. */
export interface Call<T extends RequestType> {
  readonly payload: Payload<T>
  readonly clientMsgId: string | undefined
  readonly session: Session
  readonly world: World
  /** The market's time, in ms since the epoch. */
  readonly at: number
  /** An account as this request reads it, maybe in an old state. */
  readonly listed: (accountId: number) => ExchangeAccount
  readonly answer: (payload: Answer<T>) => void
  /** Refuses by a 2142, as the server refuses most things. */
  readonly refuse: (refusal: Refusal) => void
  /** Refuses an order command because of its content, by a 2132. */
  readonly refuseOrder: (refusal: OrderRefusal) => void
}

export type Handler<T extends RequestType> = (call: Call<T>) => void

export type Handlers = { readonly [T in RequestType]?: Handler<T> }
