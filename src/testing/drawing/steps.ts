import type { Quote, Tick } from '../../simulator/market/model/market'

/** A change of price at a time of the market, in 1/100000. */
export interface DrawnTick extends Tick {
  readonly symbolId: number
  /** Whether the server tells of it by itself. If not, it is the price from then on, and whoever draws it tells. */
  readonly told: boolean
}

/** What the price is from a time on, and the change that made it so. */
export interface Step extends Quote {
  readonly change: DrawnTick
}

/** What is drawn for one symbol, in the order of time. */
export interface Steps {
  /** The price that is drawn last up to a time. */
  readonly lastAt: (at: number) => Step | undefined
  /** Both ends included. */
  readonly between: (from: number, to: number) => readonly Step[]
  /** The first after a time that the server tells of. */
  readonly nextTold: (after: number) => Step | undefined
  /** What the server tells of at that very time. */
  readonly toldAt: (at: number) => DrawnTick | undefined
  /** Adds a change. Of all that is told at one time one tick is made. */
  readonly put: (change: DrawnTick) => void
}

const stepFrom = (before: Pick<Quote, 'bid' | 'ask'>, change: DrawnTick): Step => ({
  at: change.at,
  bid: change.bid ?? before.bid,
  ask: change.ask ?? before.ask,
  change,
})

/** Steps from a price on. A diagram is mostly drawn in the order of time: then one is put at the end, and that is all. */
export const createSteps = (opening: Pick<Quote, 'bid' | 'ask'>): Steps => {
  const steps: Step[] = []

  /** How many are at or before a time. */
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
    put: change => {
      const told = change.told ? toldIndex(change.at) : -1
      const index = told < 0 ? until(change.at) : told
      const whole = { ...steps[told]?.change, ...change }
      steps.splice(index, told < 0 ? 0 : 1, stepFrom(steps[index - 1] ?? opening, whole))
      for (let i = index + 1; i < steps.length; i += 1) {
        const [before, later] = [steps[i - 1], steps[i]]
        if (before && later) steps[i] = stepFrom(before, later.change)
      }
    },
  }
}
