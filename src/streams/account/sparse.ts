/**
 * What is said of something, with those fields of what was known that it leaves out and that cannot have gone: an
 * event need not repeat them.
 *
 * ```ts
 * over({ label: 'mine', stopLoss: 1 }, {}, ['label']) // { label: 'mine' }
 * ```
 */
export const over = <T extends object>(known: T | undefined, said: T, lasting: readonly (keyof T)[]): T => {
  const left = known ? lasting.filter(name => said[name] === undefined && known[name] !== undefined) : []
  return known && left.length > 0
    ? { ...said, ...Object.fromEntries(left.map(name => [name, known[name]])) }
    : said
}
