import type { CommandType, MessageType, RequestType } from '../../protocol/table'
import type { Position } from './position'

/** What a subscription is to. A bar also has a period. */
export interface PriceKey {
  readonly kind: 'spot' | 'bar' | 'depth'
  readonly symbolId: number
  readonly period?: number
}

/** The key as a text. */
export const priceKeyText = ({ kind, symbolId, period }: PriceKey): string =>
  period === undefined ? `${kind} ${symbolId}` : `${kind} ${symbolId} ${period}`

interface ToOwner {
  readonly grantId: string
}

/** What an edge asks the owner of an account. */
export type OwnerRequest = ToOwner &
  (
    | {
        /** Answered when the account is authenticated at cTrader. The edge needs it from then on. */
        readonly kind: 'open'
        readonly edge: string
      }
    | {
        readonly kind: 'query'
        readonly user: string
        readonly payloadType: RequestType
        readonly payload: object
        /** The stamp of the asker's authentication: an older answer is of no use to it. */
        readonly since: number
      }
    | {
        readonly kind: 'command'
        readonly user: string
        /** Unique among all messages to cTrader. */
        readonly id: string
        readonly payloadType: CommandType
        readonly payload: object
      }
    | ({ readonly edge: string } & { readonly kind: 'subscribe'; readonly key: PriceKey })
  )

/** A subscription that an edge needs. */
export interface WantedPrice extends PriceKey {
  /** The last of its packets that the edge has, if the subscription is established. */
  readonly has?: Position
}

/** What an edge tells the owner of an account. */
export type OwnerNotice = ToOwner &
  (
    | {
        /** The edge still needs the account and these subscriptions. It has all events up to `has`. */
        readonly kind: 'interest'
        readonly edge: string
        readonly has: Position
        readonly prices: readonly WantedPrice[]
      }
    | { readonly kind: 'close'; readonly edge: string }
    | { readonly kind: 'release'; readonly edge: string; readonly key: PriceKey }
    /** A command must not leave any more. */
    | { readonly kind: 'withdraw'; readonly id: string }
  )

/** Without the grant, which the edge adds. */
export type WithoutGrant<T> = T extends unknown ? Omit<T, 'grantId'> : never

/** The content of a refusal, as a peer gets it. */
export interface Refusal {
  readonly errorCode: string
  readonly description?: string
  readonly retryAfter?: number
  /** In seconds since the epoch. */
  readonly maintenanceEndTimestamp?: number
  readonly orderId?: number
  readonly positionId?: number
}

/** What an owner answers. */
export type OwnerAnswer =
  | {
      readonly kind: 'done'
      /** The payload of the answer to a query. */
      readonly payload?: object
      /** When the account was opened, for `since`. */
      readonly stamp?: number
      /** The last event of an account that was opened, or the last prices of a subscription. */
      readonly at?: Position
      /** Where the prices of an account that was opened come, if it shares them: what their subjects begin with. */
      readonly prices?: string
      /** The latest prices, or the whole book, to which one has subscribed. */
      readonly snapshot?: object
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A command may have had an effect, or not. */
  | { readonly kind: 'inDoubt' }

/**
 * What comes back on the bus: an answer, or that nothing was done, as another process owns the account, or as the
 * account is not open here.
 */
export type OwnerReply = OwnerAnswer | { readonly kind: 'notOpen' } | { readonly kind: 'notOwner' }

/** What an owner tells the edges of an account. */
export type AccountPacket =
  | {
      readonly kind: 'event'
      readonly payloadType: MessageType
      readonly clientMsgId?: string
      readonly payload: object
    }
  /** Some events may be missing. */
  | { readonly kind: 'lost' }

/** As it is on the bus. */
export type NumberedPacket = AccountPacket & Position

/** Prices, or a change of a book, as they are on the bus: without the id of an account. With `reset`, what was known is worth nothing any more. */
export type PricePacket<Event> = Event & Position & { readonly reset?: boolean }

/** What an owner tells all edges when a line has become its own. */
export interface EpochNotice {
  readonly epoch: number
}

/** A body of the bus. It comes from other parts of the same gateway. */
export const readBody = (body: string): unknown => JSON.parse(body)
