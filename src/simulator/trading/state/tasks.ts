interface Task {
  readonly at: number
  readonly run: (at: number) => void
}

/** Tasks of the exchange whose time is known. */
export interface Tasks {
  readonly add: (at: number, run: (at: number) => void) => void
  readonly nextAt: () => number | undefined
  /** Runs the first of them. */
  readonly runNext: () => void
}

export const createTasks = (): Tasks => {
  const tasks: Task[] = []
  return {
    add: (at, run) => {
      const later = tasks.findIndex(task => task.at > at)
      tasks.splice(later < 0 ? tasks.length : later, 0, { at, run })
    },
    nextAt: () => tasks[0]?.at,
    runNext: () => {
      const task = tasks.shift()
      task?.run(task.at)
    },
  }
}
