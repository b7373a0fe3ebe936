/** A matcher such as `expect.any(Number)`, of any test runner. */
interface Matcher {
  readonly asymmetricMatch: (actual: unknown) => boolean
}

const isMatcher = (value: unknown): value is Matcher =>
  typeof (value as Matcher | undefined)?.asymmetricMatch === 'function'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

type Entries = readonly (readonly [key: string, value: unknown])[]

/** The entries of an object by name. An undefined field counts as absent, an undefined list item does not. */
export const definedEntries = (value: object): Entries => {
  if (Array.isArray(value)) return [['length', value.length], ...Object.entries(value)]
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

/** A place where two values differ. */
export interface Difference {
  /** Such as `deal.executionPrice`; empty for the whole value. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

const kindOf = (value: object): unknown =>
  Array.isArray(value) ? Array : [Error, Date, Map, Set].find(kind => value instanceof kind)

/** Whether the content of an object cannot be read: a RegExp, a URL, an ArrayBuffer. */
const isClosed = (value: object): boolean => {
  if (kindOf(value) !== undefined || definedEntries(value).length > 0) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype !== null && Object.getPrototypeOf(prototype) !== null
}

type Pair = readonly [actual: object, expected: object]

const differ = (
  actual: unknown,
  expected: unknown,
  path: string,
  above: readonly Pair[],
): readonly Difference[] => {
  if (actual === expected || Object.is(actual, expected)) return []
  const whole = [{ path, expected, actual }]
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? [] : whole
  if (!isObject(actual) || !isObject(expected) || kindOf(actual) !== kindOf(expected)) return whole
  if (isClosed(actual) || isClosed(expected)) return whole
  // A circular reference: these two are being compared already.
  if (above.some(([one, other]) => one === actual && other === expected)) return []
  const has = new Map(definedEntries(actual))
  const wants = new Map(definedEntries(expected))
  return [...new Set([...wants.keys(), ...has.keys()])].flatMap(key =>
    differ(has.get(key), wants.get(key), path === '' ? key : `${path}.${key}`, [
      ...above,
      [actual, expected],
    ]),
  )
}

/** All differences between a value and the expected one. A matcher decides by itself. */
export const differences = (actual: unknown, expected: unknown): readonly Difference[] =>
  differ(actual, expected, '', [])
