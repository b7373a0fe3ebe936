/** A matcher such as `expect.any(Number)`, of whichever runner. */
interface Matcher {
  readonly asymmetricMatch: (actual: unknown) => boolean
}

const isMatcher = (value: unknown): value is Matcher =>
  typeof (value as Matcher | undefined)?.asymmetricMatch === 'function'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

type Entries = readonly (readonly [key: string, value: unknown])[]

/** What an object holds, by names. What is undefined is not there: absent fields stay absent. */
export const entriesOf = (value: object): Entries => {
  if (value instanceof Map)
    return [...(value as Map<unknown, unknown>)].map(([key, held]) => [String(key), held])
  if (value instanceof Set) return [...(value as Set<unknown>)].map((held, index) => [String(index), held])
  if (value instanceof Date) return [['time', value.getTime()]]
  const fields = Object.entries(value as Readonly<Record<string, unknown>>)
  const said: Entries =
    value instanceof Error
      ? [
          ['name', value.name],
          ['message', value.message],
        ]
      : []
  return [
    ...said,
    ...fields.filter(([key, held]) => held !== undefined && !said.some(([name]) => name === key)),
  ]
}

/** Where two values differ. */
export interface Difference {
  /** Such as `deal.executionPrice`; empty where it is the whole. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

const kindOf = (value: object): string =>
  Array.isArray(value) ? 'list' : value instanceof Error ? 'error' : value instanceof Date ? 'date' : 'object'

/** All differences between a value and the one that is expected; a matcher says itself whether there is one. */
export const differences = (actual: unknown, expected: unknown, path = ''): readonly Difference[] => {
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? [] : [{ path, expected, actual }]
  if (!isObject(actual) || !isObject(expected) || kindOf(actual) !== kindOf(expected))
    return actual === expected || Object.is(actual, expected) ? [] : [{ path, expected, actual }]
  const has = new Map(entriesOf(actual))
  const wants = new Map(entriesOf(expected))
  return [...new Set([...wants.keys(), ...has.keys()])].flatMap(key =>
    differences(has.get(key), wants.get(key), path === '' ? key : `${path}.${key}`),
  )
}
