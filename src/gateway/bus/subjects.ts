import type { Environment } from '../../errorFields'
import { mixedTextHash } from '../../util/textHash'

const PREFIX = 'ctrader.v1'

/** How many parts the grants are divided into. Each part is on one line to cTrader, as a whole. */
export const SLOTS = 64

/** The part that a grant belongs to. So the owner of an account is known by its subject alone. */
export const grantSlot = (grantId: string): number => mixedTextHash(grantId) % SLOTS

/** The accounts of a grant on the bus. */
export interface BusAccount {
  readonly environment: Environment
  readonly slot: number
  readonly accountId: number
}

type Part = number | '*'

/** A name as one part of a subject. No two names give the same. */
const toPart = (name: string): string =>
  name === '' ? '=' : name.replace(/[^\w-]/g, char => `=${char.charCodeAt(0).toString(16)}=`)

const ofAccount =
  (kind: string) =>
  (environment: Environment, slot: Part, accountId: Part): string =>
    `${PREFIX}.${environment}.${slot}.acct.${accountId}.${kind}`

/** The names on the bus. */
export const subjects = {
  /**
   * Queries and commands for an account, to the owner of its line: that of an epoch, or any. A former owner that has
   * stopped stays on the bus, and would get a part of what is for any.
   */
  requests: (environment: Environment, slot: Part, accountId: Part, epoch?: number): string =>
    ofAccount(epoch === undefined ? 'req' : `req-${epoch}`)(environment, slot, accountId),
  /** What an edge tells the owner without an answer. */
  notices: ofAccount('note'),
  /** The events of an account, from its owner to the edges. */
  events: ofAccount('evt'),
  /** What the subjects of the prices of an account without a feed begin with. */
  ownPrices: ({ environment, slot, accountId }: BusAccount): string =>
    `${PREFIX}.${environment}.${slot}.feed.${accountId}`,
  /** The same for all accounts of a feed on a line. Each line has numbers of its own. */
  feedPrices: (environment: Environment, feed: string, line: string): string =>
    `${PREFIX}.${environment}.feed.${toPart(feed)}.${toPart(line)}`,
  /** The prices or the book of a symbol, from its owner to the edges. */
  prices: (source: string, kind: 'spot' | 'depth', symbolId: number): string =>
    `${source}.${kind}.${symbolId}`,
  /** That a line has another owner, for all accounts of a slot. */
  epochs: (environment: Environment | '*', slot: Part): string => `${PREFIX}.${environment}.${slot}.epoch`,
} as const

/** The environment and the slot in the subject of such news. */
export const subjectSlot = (subject: string): { readonly environment: string; readonly slot: number } => {
  const parts = subject.split('.')
  return { environment: parts.at(-3) ?? '', slot: Number(parts.at(-2)) }
}

/** The slot and the account in the subject of a request or notice. */
export const subjectAccount = (subject: string): { readonly slot: number; readonly accountId: number } => {
  const parts = subject.split('.')
  return { slot: Number(parts.at(-4)), accountId: Number(parts.at(-2)) }
}
