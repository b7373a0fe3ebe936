import type { Session } from '../model/session'

/** Who hears of prices: an account on a session. */
export interface Subscriber {
  readonly session: Session
  readonly accountId: number
}

export interface Subscribers<S extends Subscriber> {
  readonly get: (session: Session, accountId: number) => S | undefined
  /** Adds a subscription, or puts it in the place of the one that was there. */
  readonly set: (subscription: S) => void
  /** Takes one subscription out, or all of a session. */
  readonly remove: (session: Session, accountId?: number) => void
  readonly isEmpty: () => boolean
  /** Those to whom the same is sent, together; the same array until something changes. */
  readonly audiences: () => readonly Audience<S>[]
}

/** All have the same key. */
export type Audience<S> = readonly [S, ...S[]]

/** The subscribers of one thing. `keyOf` says what an event for them depends on, so that it is made once for all alike. */
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
    // Grouped when asked for, because a thousand subscriptions may change between two ticks.
    audiences: () => (grouped ??= group()),
  }
}
