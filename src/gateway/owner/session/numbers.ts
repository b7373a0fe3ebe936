/** The running numbers of what an owner sends about an account. An edge sees by them what is missing. */
export interface Numbers {
  /** The number of the last event. */
  readonly event: () => number
  readonly nextEvent: () => number
  /** The number of the last prices, or of the last change of the book, of a symbol. */
  readonly price: (key: string) => number
  readonly nextPrice: (key: string) => number
  /** The account is closed. Numbers go on behind all that there were, if it is opened again. */
  readonly rest: () => void
}

export const createNumbers = (): Numbers => {
  const prices = new Map<string, number>()
  let base = 0
  let events = 0
  const price = (key: string): number => prices.get(key) ?? base
  return {
    event: () => events,
    nextEvent: () => (events += 1),
    price,
    nextPrice: key => {
      const next = price(key) + 1
      prices.set(key, next)
      return next
    },
    rest: () => {
      base = Math.max(base, ...prices.values())
      prices.clear()
    },
  }
}

/** The numbers of each account, also of one that is closed: an edge may have its last ones. */
export const createAllNumbers = (): ((accountId: number) => Numbers) => {
  const all = new Map<number, Numbers>()
  return accountId => {
    const numbers = all.get(accountId) ?? createNumbers()
    all.set(accountId, numbers)
    return numbers
  }
}
