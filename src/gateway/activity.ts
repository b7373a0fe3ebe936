import type { Observable } from 'rxjs'
import type { Environment } from '../errorFields'
import type { Client } from '../session/client'
import type { LineCounters } from './model/lineCounters'
import type { Counters } from './model/stats'
import type { LineOrders } from './owner/accounts/lineOrders'

/** A line to cTrader, for those who watch. */
export interface WatchedLine {
  readonly name: string
  readonly environment: Environment
  readonly client: Client
  readonly counters: LineCounters
  /** Whether this process has it at present. */
  readonly isHeld: () => boolean
  /** How many accounts are open on it. */
  readonly accounts: () => number
  readonly orders: () => LineOrders
}

/** What a gateway does, for those who watch. Nothing of it opens a line. */
export interface GatewayActivity {
  readonly counters: Counters
  /** How many lines of browsers are open. */
  readonly peers: () => number
  readonly lines: readonly WatchedLine[]
  /** Whether messages between its parts can be sent: at once, then each change. */
  readonly bus$: Observable<'up' | 'down'>
}

// Not a field of the gateway: it is for this library's own entries.
const activities = new WeakMap<object, GatewayActivity>()

export const exposeGatewayActivity = (gateway: object, activity: GatewayActivity): void => {
  activities.set(gateway, activity)
}

/** `undefined` for anything but a gateway of this library. */
export const getGatewayActivity = (gateway: object): GatewayActivity | undefined => activities.get(gateway)
