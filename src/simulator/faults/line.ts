import type { OpenConnection } from '../model/openConnection'

/** A line as it is now. */
export interface LineState {
  /** Its number, counted from 0 in the order in which lines were opened. */
  readonly line: number
  /** The application that is authenticated on it. */
  readonly clientId?: string
  /** The accounts that are authenticated on it. */
  readonly accountIds: readonly number[]
  readonly silent: boolean
  /** Whether nothing is taken up that comes from the client. */
  readonly deaf: boolean
  /** How much longer than usual what the server sends is on its way, in ms. */
  readonly delay: number
}

/** An open line, for what may befall it. */
export interface Line {
  readonly state: () => LineState
  readonly connection: OpenConnection
  readonly silence: () => void
  readonly deafen: (isDeaf: boolean) => void
  readonly drop: () => void
  readonly close: (code: number, reason: string) => void
  readonly delayBy: (ms: number) => void
}
