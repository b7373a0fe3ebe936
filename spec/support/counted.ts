type Method = (this: unknown, ...args: unknown[]) => unknown

/** Counts, while something is done, what each call of some methods is said to cost. */
const countedIn = (
  act: () => void,
  methods: readonly (readonly [prototype: object, name: string])[],
  costOf: (of: unknown) => number,
): number => {
  let count = 0
  const restore = methods.map(([prototype, name]) => {
    const original = Reflect.get(prototype, name) as Method
    const counting: Method = function (...args) {
      count += costOf(this)
      return original.apply(this, args)
    }
    Reflect.set(prototype, name, counting)
    return () => Reflect.set(prototype, name, original)
  })
  try {
    act()
  } finally {
    restore.forEach(undo => undo())
  }
  return count
}

/**
 * How many entries of maps and sets are set while something is done, also by copying one: work that is the same on a busy
 * machine. Without `jest.spyOn`, which keeps what each was called with.
 */
export const entriesSetIn = (act: () => void): number =>
  countedIn(
    act,
    [
      [Map.prototype, 'set'],
      [Set.prototype, 'add'],
    ],
    () => 1,
  )

/** How many items of lists may have to be passed, in the same way. */
export const itemsPassedIn = (act: () => void): number =>
  countedIn(
    act,
    ['indexOf', 'splice', 'shift', 'filter', 'find', 'includes', 'slice'].map(name => [
      Array.prototype,
      name,
    ]),
    list => (list as readonly unknown[]).length,
  )
