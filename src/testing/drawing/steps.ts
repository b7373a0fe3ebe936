import type { Quote, Tick } from '../../simulator/market/model/market'

/** A change of price at a time of the market, in 1/100000. */
export interface DrawnTick extends Tick {
  readonly symbolId: number
  /** Whether the server sends it. If not, it only becomes the price, and the caller sends it. */
  readonly told: boolean
}

/** The price from a time on, and the change that made it. */
export interface Step extends Quote {
  readonly change: DrawnTick
}

/** The drawn changes of one symbol, in the order of time. */
export interface Steps {
  /** The last drawn price up to a time. */
  readonly lastAt: (at: number) => Step | undefined
  /** Both ends included. */
  readonly between: (from: number, to: number) => readonly Step[]
  /** The first change after a time that the server sends. */
  readonly nextTold: (after: number) => Step | undefined
  /** The change that the server sends at exactly this time. */
  readonly toldAt: (at: number) => DrawnTick | undefined
  /** Rises with each change that is added. */
  readonly revision: () => number
  /** Adds a change. Changes that are sent at the same time become one tick. */
  readonly put: (change: DrawnTick) => void
}

const stepFrom = (before: Pick<Quote, 'bid' | 'ask'>, change: DrawnTick): Step => ({
  at: change.at,
  bid: change.bid ?? before.bid,
  ask: change.ask ?? before.ask,
  change,
})

/**
 * Changes after an opening price. Diagrams are usually drawn in the order of time: then a change is only appended.
 */
export const createSteps = (opening: Pick<Quote, 'bid' | 'ask'>): Steps => {
  const steps: Step[] = []
  let revision = 0

  /** How many changes are at or before a time. */
  const until = (at: number): number => {
    let from = 0
    let to = steps.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((steps[middle]?.at ?? Infinity) <= at) from = middle + 1
      else to = middle
    }
    return from
  }
  const toldIndex = (at: number): number => {
    for (let i = until(at) - 1; steps[i]?.at === at; i -= 1) if (steps[i]?.change.told) return i
    return -1
  }
  const toldAt: Steps['toldAt'] = at => steps[toldIndex(at)]?.change

  return {
    lastAt: at => steps[until(at) - 1],
    between: (from, to) => {
      const end = until(to)
      let first = until(from)
      while (steps[first - 1]?.at === from) first -= 1
      return steps.slice(first, end)
    },
    nextTold: after => {
      for (let i = until(after); ; i += 1) {
        const step = steps[i]
        if (step === undefined || step.change.told) return step
      }
    },
    toldAt,
    revision: () => revision,
    put: change => {
      const told = change.told ? toldIndex(change.at) : -1
      const index = told < 0 ? until(change.at) : told
      revision += 1
      const whole = { ...steps[told]?.change, ...change }
      steps.splice(index, told < 0 ? 0 : 1, stepFrom(steps[index - 1] ?? opening, whole))
      for (let i = index + 1; i < steps.length; i += 1) {
        const [before, later] = [steps[i - 1], steps[i]]
        if (before && later) steps[i] = stepFrom(before, later.change)
      }
    },
  }
}
