import { Mistake } from '../../outcome'

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>

type Kind = 'list' | 'number' | 'object' | 'string'

const words: Readonly<Record<Kind, string>> = {
  list: 'a list',
  number: 'a number',
  object: 'an object',
  string: 'a text that is not empty',
}

const isKind = (value: unknown, kind: Kind): boolean => {
  switch (kind) {
    case 'list':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'string':
      return typeof value === 'string' && value !== ''
    case 'number':
      return typeof value === 'number'
  }
}

/** A field that may be missing. `place` names it. */
export const optional = (
  fields: Fields,
  name: string,
  kind: Kind,
  place: (name: string) => string,
): unknown => {
  const value = fields[name]
  if (value === undefined) return undefined
  if (!isKind(value, kind)) throw new Mistake(`${place(name)} must be ${words[kind]}.`)
  return value
}

export const requiredField = (
  fields: Fields,
  name: string,
  kind: Kind,
  place: (name: string) => string,
): NonNullable<unknown> => {
  const value = optional(fields, name, kind, place)
  if (value === undefined || value === null) throw new Mistake(`${place(name)} is missing.`)
  return value
}

/** Throws for an unknown field: a misspelt one would be ignored. */
export const checkFields = (
  fields: Fields,
  names: readonly string[],
  place: (name: string) => string,
): void => {
  const strange = Object.keys(Object(fields) as Fields).find(name => !names.includes(name))
  if (strange !== undefined)
    throw new Mistake(`${place(strange)} is unknown; expected one of ${names.join(', ')}.`)
}

/** A text that must be there. */
export const requiredText = (fields: Fields, name: string, place: (name: string) => string): string =>
  requiredField(fields, name, 'string', place) as string

const MAX_PORT = 65_535

/** The number of a port that must be there; 0 means any free one. */
export const requiredPort = (fields: Fields, name: string, place: (name: string) => string): number => {
  const port = requiredField(fields, name, 'number', place) as number
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new Mistake(`${place(name)} must be a whole number from 0 to ${MAX_PORT}.`)
  return port
}
