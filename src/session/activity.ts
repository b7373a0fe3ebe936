import type { Observable, Subject, Subscription } from 'rxjs'
import type { RequestStep } from '../connection/requests/requestSteps'
import type { Message } from '../protocol/table'
import type { LineSession } from './lineSession'
import type { AccountUse } from './accountUses'

/** An order command, for those who watch. Another subscription is another command. */
export interface WatchedOrder {
  readonly accountId: number
  readonly payloadType: number
  /** Whether an earlier process or subscription has sent it. */
  readonly isRecovered: boolean
}

/**
 * A step of an order command:
 *
 * - `begun`: it is checked, and its journal is written
 * - `named`: its request will have this `clientMsgId`; again with another one if it must wait for the next line
 * - `updated`: what its subscriber gets, also when that has left
 * - `ended`: nothing more will come, after the last update or because of an error with this `reason`; `withdrawn` is one
 *   whose subscriber has left before it could leave
 * - `abandoned`: its subscriber has left, and nothing more is known
 */
export type OrderStep = { readonly order: WatchedOrder } & (
  | { readonly step: 'begun' | 'abandoned' }
  | { readonly step: 'named'; readonly clientMsgId: string; readonly orderType?: number }
  | {
      readonly step: 'updated'
      readonly status: string
      readonly orderId?: number
      readonly errorCode?: string
    }
  | { readonly step: 'ended'; readonly reason?: string }
)

/** What a client does, for those who watch. Nothing of it opens a line. */
export interface Activity {
  readonly lines: readonly LineSession[]
  readonly requestStep$: Subject<RequestStep>
  readonly orderStep$: Subject<OrderStep>
  /** Calls a function with every message, before its consumers get it, until unsubscribed. */
  readonly eachMessage: (listen: (message: Message) => void) => Subscription
  /** The accounts in use, those of now at once. */
  readonly accountUse$: Observable<AccountUse>
}

// Not a field of the client: it is for this library's own entries.
const activities = new WeakMap<object, Activity>()

export const exposeActivity = (client: object, activity: Activity): void => {
  activities.set(client, activity)
}

/** `undefined` for a client that was not made by this library. */
export const getActivity = (client: object): Activity | undefined => activities.get(client)
