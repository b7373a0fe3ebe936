/**
 * `said`, completed with those fields of `known` that an event may leave out and that cannot be unset.
 *
 * ```ts
 * mergeSparse({ label: 'mine', stopLoss: 1 }, {}, ['label']) // { label: 'mine' }
 * ```
 */
export const mergeSparse = <T extends object>(
  known: T | undefined,
  said: T,
  lasting: readonly (keyof T)[],
): T => {
  const left = known ? lasting.filter(name => said[name] === undefined && known[name] !== undefined) : []
  return known && left.length > 0
    ? { ...said, ...Object.fromEntries(left.map(name => [name, known[name]])) }
    : said
}
