/** Whether a number is of a unit: not every caller's compiler has looked at it. */
export const isIn = <K extends string>(given: unknown, unit: K): given is Readonly<Record<K, number>> =>
  typeof given === 'object' && given !== null && unit in given
