/** What is made once for each object, by the first who wants it, and goes with that object. */
export const oncePer = <K extends object, V extends object, A extends readonly unknown[] = []>(
  make: (key: K, ...rest: A) => V,
): ((key: K, ...rest: A) => V) => {
  const made = new WeakMap<K, V>()
  return (key, ...rest) => {
    const known = made.get(key)
    if (known) return known
    const value = make(key, ...rest)
    made.set(key, value)
    return value
  }
}
