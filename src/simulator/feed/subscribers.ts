import type { Session } from '../model/session'

/** A subscriber to prices: an account on a session. */
export interface Subscriber {
  readonly session: Session
  readonly accountId: number
}

export interface Subscribers<S extends Subscriber> {
  readonly get: (session: Session, accountId: number) => S | undefined
  /** Adds a subscription, or replaces an existing one. */
  readonly set: (subscription: S) => void
  /** Removes one subscription, or all of a session. */
  readonly remove: (session: Session, accountId?: number) => void
  readonly isEmpty: () => boolean
  /** The subscribers that get the same event, grouped. The same array until something changes. */
  readonly audiences: () => readonly Audience<S>[]
}

/** All have the same key. */
export type Audience<S> = readonly [S, ...S[]]

/** The subscribers of one thing. Subscribers with the same `keyOf` get the same event, which is made once. */
export const createSubscribers = <S extends Subscriber>(
  keyOf: (subscription: S) => string,
): Subscribers<S> => {
  const bySession = new Map<Session, Map<number, S>>()
  let grouped: readonly Audience<S>[] | undefined = []

  const group = (): readonly Audience<S>[] => {
    const groups = new Map<string, [S, ...S[]]>()
    for (const accounts of bySession.values())
      for (const subscription of accounts.values()) {
        const group = groups.get(keyOf(subscription))
        if (group) group.push(subscription)
        else groups.set(keyOf(subscription), [subscription])
      }
    return [...groups.values()]
  }

  return {
    get: (session, accountId) => bySession.get(session)?.get(accountId),
    set: subscription => {
      const accounts = bySession.get(subscription.session) ?? new Map<number, S>()
      bySession.set(subscription.session, accounts.set(subscription.accountId, subscription))
      grouped = undefined
    },
    remove: (session, accountId) => {
      const accounts = bySession.get(session)
      if (!accounts) return
      if (accountId !== undefined) accounts.delete(accountId)
      if (accountId === undefined || accounts.size === 0) bySession.delete(session)
      grouped = undefined
    },
    isEmpty: () => bySession.size === 0,
    // Grouped when needed, because a thousand subscriptions may change between two ticks.
    audiences: () => (grouped ??= group()),
  }
}
