import { REDACTED, secretFields } from '../../protocol/secrets'
import { payloadTypeName } from '../../protocol/payloadTypeName'
import { enumName } from './enumName'
import { definedEntries } from './equal'

const LONGEST = 300

interface Held {
  readonly payloadType?: unknown
  readonly payload?: unknown
}

/** A number with its official name, such as `1 (MARKET)`. */
const withName = (key: string, value: unknown): string | undefined => {
  const name = typeof value === 'number' ? enumName(key, value) : undefined
  return name === undefined ? undefined : `${String(value)} (${name})`
}

const shownField = (key: string, value: unknown, depth: number): string =>
  value !== undefined && secretFields.some(field => field === key)
    ? REDACTED
    : (withName(key, value) ?? shown(value, depth))

const shown = (value: unknown, depth: number): string => {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}'
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (Array.isArray(value)) return `[${value.map(item => shown(item, depth - 1)).join(', ')}]`
  const { payloadType, payload } = value as Held
  const name = payloadTypeName(payloadType)
  // A message, by its official name.
  if (name !== undefined && payload !== undefined) return `${name} ${shown(payload, depth)}`
  const fields = definedEntries(value).map(([key, held]) => `${key}: ${shownField(key, held, depth - 1)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** A value on one line for people, without tokens. `path` is its path if it is part of another value. */
export const show = (value: unknown, path = ''): string => {
  const text = shownField(path.split('.').at(-1) ?? '', value, 6)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
