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

/** 0 means any free one. */
const checkPort = (port: unknown, text: string): number => {
  const isPort = Number.isInteger(port) && (port as number) >= 0 && (port as number) <= MAX_PORT
  if (!isPort) throw new Mistake(`${text} must be a whole number from 0 to ${MAX_PORT}.`)
  return port as number
}

/** The number of a port that must be there. */
export const requiredPort = (fields: Fields, name: string, place: (name: string) => string): number =>
  checkPort(requiredField(fields, name, 'number', place), place(name))

/** The number of a port, `otherwise` if it is not there. */
export const portOr = (
  otherwise: number,
  fields: Fields,
  name: string,
  place: (name: string) => string,
): number => checkPort(optional(fields, name, 'number', place) ?? otherwise, place(name))
