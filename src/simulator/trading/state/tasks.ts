/** What happens to an order at a known time. */
export type Duty =
  /** It is executed at the market. */
  | { readonly kind: 'execute' }
  /** Its price was reached when it was placed at `placed`. */
  | { readonly kind: 'trigger'; readonly placed: number }
  | { readonly kind: 'expire' }
  /** The position that it filled at a price gets its protections. */
  | { readonly kind: 'protect'; readonly positionId: number; readonly price: number }

/** A task of the exchange whose time is known. A plain value, so that it can be kept in a file. */
export type Task = Duty & {
  readonly at: number
  readonly accountId: number
  readonly orderId: number
  /** The id of the request that caused it. */
  readonly clientMsgId?: string | undefined
}

/** The tasks, the next one first. */
export interface Tasks {
  readonly add: (task: Task) => void
  readonly first: () => Task | undefined
  readonly removeFirst: () => void
  readonly all: () => readonly Task[]
}

export const createTasks = (kept: readonly Task[] = []): Tasks => {
  const tasks = [...kept]
  return {
    add: task => {
      const later = tasks.findIndex(({ at }) => at > task.at)
      tasks.splice(later < 0 ? tasks.length : later, 0, task)
    },
    first: () => tasks[0],
    removeFirst: () => {
      tasks.shift()
    },
    all: () => tasks,
  }
}
