/** A timer in a queue. */
export class Timer {
  at: number
  /** Timers of the same time run in the order in which they were set. */
  order: number
  run: (() => void) | undefined
  readonly repeatsAfter: number | undefined

  constructor(at: number, order: number, run: () => void, repeatsAfter: number | undefined) {
    this.at = at
    this.order = order
    this.run = run
    this.repeatsAfter = repeatsAfter
  }
}

/** Timers by their time. */
export interface TimerQueue {
  readonly add: (at: number, run: () => void, repeatsAfter: number | undefined) => Timer
  readonly remove: (timer: Timer) => void
  readonly has: (timer: unknown) => timer is Timer
  readonly nextAt: () => number | undefined
  /** Runs the timers of a time, also those that are set for it meanwhile. */
  readonly runAt: (at: number) => void
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

/** A binary heap. A removed timer stays until its time has come, and then does nothing. */
export const createTimerQueue = (): TimerQueue => {
  const heap: Timer[] = []
  let added = 0

  const push = (timer: Timer): void => {
    let i = heap.length
    heap.push(timer)
    while (i > 0) {
      const above = (i - 1) >> 1
      const parent = heap[above]
      if (!parent || !isBefore(timer, parent)) break
      heap[i] = parent
      i = above
    }
    heap[i] = timer
  }

  const pop = (): void => {
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      let least = heap[child]
      const right = heap[child + 1]
      if (least && right && isBefore(right, least)) {
        child += 1
        least = right
      }
      if (!least || !isBefore(least, last)) break
      heap[i] = least
      i = child
    }
    heap[i] = last
  }

  const first = (): Timer | undefined => {
    while (heap[0]?.run === undefined && heap.length > 0) pop()
    return heap[0]
  }

  return {
    add: (at, run, repeatsAfter) => {
      const timer = new Timer(at, (added += 1), run, repeatsAfter)
      push(timer)
      return timer
    },
    remove: timer => {
      timer.run = undefined
    },
    has: (timer): timer is Timer => timer instanceof Timer,
    nextAt: () => first()?.at,
    runAt: at => {
      for (let timer = first(); timer && timer.at <= at; timer = first()) {
        pop()
        const { run } = timer
        if (timer.repeatsAfter === undefined) timer.run = undefined
        run?.()
        // The handler may have removed it.
        if (timer.repeatsAfter !== undefined && timer.run !== undefined) {
          timer.at = at + timer.repeatsAfter
          timer.order = added += 1
          push(timer)
        }
      }
    },
  }
}
