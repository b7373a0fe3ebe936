/** Whether a number has a unit. Callers may be untyped. */
export const isIn = <K extends string>(given: unknown, unit: K): given is Readonly<Record<K, number>> =>
  typeof given === 'object' && given !== null && unit in given
