/** Makes one value for each object, on first use, and keeps it as long as the object lives. */
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
