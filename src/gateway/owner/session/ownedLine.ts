import type { Environment } from '../../../errorFields'
import type { Client } from '../../../session/client'
import type { Connect } from '../../../transport/socket'
import type { LineCounters } from '../../model/lineCounters'

/** One line to cTrader. */
export interface LineOptions {
  /** A name for logs and `health$`, such as `demo-1`. */
  readonly name: string
  readonly environment: Environment
  /** How to open it, instead of a WebSocket to cTrader's host. */
  readonly connect?: Connect
}

/** A line, and the client on it. */
export interface OwnedLine {
  readonly name: string
  readonly environment: Environment
  readonly client: Client
  readonly counters: LineCounters
}

/** The time in which a process owns a line. */
export interface Ownership {
  /** Grows with each owner of the line. */
  readonly epoch: number
  /** Whether certainly no other owns it. Ask in the very turn in which an order leaves. */
  readonly isSure: () => boolean
}

/** Of a line that no other process knows. */
export const soleOwnership: Ownership = { epoch: 0, isSure: () => true }
