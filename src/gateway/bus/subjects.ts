import type { Environment } from '../../errorFields'

const PREFIX = 'ctrader.v1'

/** The names on the bus. */
export const subjects = {
  /** Queries and commands for an account, to the owner of its line. */
  requests: (environment: Environment, accountId: number | '*'): string =>
    `${PREFIX}.${environment}.acct.${accountId}.req`,
  /** What an edge tells the owner without an answer. */
  notices: (environment: Environment, accountId: number | '*'): string =>
    `${PREFIX}.${environment}.acct.${accountId}.note`,
  /** The events of an account, from its owner to the edges. */
  events: (environment: Environment, accountId: number): string =>
    `${PREFIX}.${environment}.acct.${accountId}.evt`,
  /** The prices or the book of a symbol, from its owner to the edges. */
  prices: (environment: Environment, accountId: number, kind: 'spot' | 'depth', symbolId: number): string =>
    `${PREFIX}.${environment}.feed.${accountId}.${kind}.${symbolId}`,
} as const

/** The account in the subject of a request or notice. */
export const subjectAccount = (subject: string): number => Number(subject.split('.').at(-2))
