import type { OpenConnection } from '../model/openConnection'

/** The state of a line. */
export interface LineState {
  /** Its number, counted from 0 in the order in which lines were opened. */
  readonly line: number
  /** The application that is authenticated on it. */
  readonly clientId?: string
  /** The accounts that are authenticated on it. */
  readonly accountIds: readonly number[]
  readonly silent: boolean
  /** Whether everything from the client is ignored. */
  readonly deaf: boolean
  /** The extra delay of what the server sends, in ms. */
  readonly delay: number
}

/** An open line, for faults. */
export interface Line {
  readonly state: () => LineState
  readonly connection: OpenConnection
  readonly silence: () => void
  readonly deafen: (isDeaf: boolean) => void
  readonly drop: () => void
  readonly close: (code: number, reason: string) => void
  readonly delayBy: (ms: number) => void
}
