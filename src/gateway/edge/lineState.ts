import type { Subject, Subscription } from 'rxjs'
import type { Lane } from '../../protocol/table'
import type { FaultLog } from '../model/faultLog'
import type { Counters } from '../model/stats'
import type { Entitlement, Handshake } from '../model/session'
import type { ClientIds } from './wire/clientIds'
import type { EdgeAccount } from './accounts/edgeAccount'
import type { FrameLimits } from './wire/flood'
import type { Outbox } from './wire/outbox'
import type { PeerAccount } from './accounts/peerAccount'
import type { AuditEntry } from './accounts/requests'
import type { RightsContext } from './rights'

/** What one line of a peer may do. */
export interface PeerLimits extends FrameLimits {
  /** The length of a frame, in characters. Default 65 536. */
  readonly frameSize: number
  /** Subscriptions to prices, bars and books. Default 1 000. */
  readonly subscriptions: number
  /** Lines that a user may have at the same time. Default 5. */
  readonly linesPerUser: number
  /** Updates of a symbol per second, and of its book. More are conflated. Default: no limit. */
  readonly maxRate: number
  /** Live requests that may wait for an answer. Default 100. */
  readonly liveWaiting: number
  /** Historical requests that may wait for an answer. Default 20. */
  readonly historicalWaiting: number
}

/** A user on a line. */
export interface LineUser {
  readonly userId: string
  readonly ids: ClientIds
  /** The ids at cTrader of the commands that no event has answered, and whose they are. */
  readonly unreported: Map<string, ClientIds>
}

/** A line to a peer. */
export interface Line {
  readonly handshake: Handshake
  readonly life: Subscription
  readonly outbox: Outbox
  /** Who it is, once that is known. */
  user: LineUser | undefined
  isLoggingIn: boolean
  entitlements: readonly Entitlement[]
  /** The accounts on this line, by id, from their 2102 on. */
  readonly accounts: Map<number, PeerAccount>
  /** The requests without an answer. */
  readonly waiting: Record<Lane, number>
  /** Refuses new requests, and closes the line when those that are under way have ended. */
  readonly finish: () => void
  /** The session is over. */
  readonly end: (reason: string) => void
}

/** What the lines of an edge share. */
export interface EdgeContext extends RightsContext {
  readonly limits: PeerLimits
  readonly audit: (entry: AuditEntry) => unknown
  readonly auditLog: FaultLog
  readonly lines: Set<Line>
  /** The ids at cTrader of the commands that no event has answered, of all lines: one map for each would cost memory. */
  readonly unreported: Map<string, ClientIds>
  readonly counters: Counters
  /** Emits when a line or an order command has ended. */
  readonly ended$: Subject<void>
  /** An id that is unique among all messages to cTrader. */
  readonly nextId: () => string
  readonly account: (entitlement: Entitlement) => EdgeAccount
}
