import type { Told } from '../orders/outcomes/play'

/** What a trading process says, a line each, before it is killed. */
export type Said =
  | { readonly event: 'ready' }
  | { readonly event: 'told'; readonly id: string; readonly isRecovered: boolean; readonly update: Told }
  /** A command has ended with an error of this reason. */
  | { readonly event: 'failed'; readonly id: string; readonly reason: string }
  | { readonly event: 'recovered' }

/** What a process that copies says, a line each. */
export type CopierSaid =
  /** Orders of all followers can leave, and all of them have a price. */
  | { readonly event: 'ready' | 'quoted' }
  /** The orders of a follower have ended: how many there were, as some had no effect, and how the last one ended. */
  | { readonly event: 'copied'; readonly accountId: number; readonly tries: number; readonly outcome: string }
