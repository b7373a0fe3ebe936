import { Mistake } from '../outcome'

/** A number if it is one, `true` or `false`, else the text. */
const parseValue = (text: string): unknown => {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** Reads `fast=5`. */
export const param = (text: string): readonly [name: string, value: string] => {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new Mistake('must be NAME=VALUE, as fast=5')
  return [name, value]
}

/** The parameters of a run. */
export const runParams = (given: readonly (readonly [string, string])[] = []): object =>
  Object.fromEntries(given.map(([name, value]) => [name, parseValue(value)]))

const MOST_VALUES = 10_000

/** Numbers from one to another: `5..20:5`. */
const range = (text: string): readonly number[] | undefined => {
  const [, from, to, step = '1'] = /^(-?[\d.]+)\.\.(-?[\d.]+)(?::([\d.]+))?$/.exec(text) ?? []
  if (from === undefined || to === undefined) return undefined
  const count = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9) + 1
  if (!(count >= 1 && count <= MOST_VALUES)) throw new Mistake(`--param: ${text} has no values, or too many.`)
  return Array.from({ length: count }, (_, i) => Number((Number(from) + i * Number(step)).toFixed(10)))
}

/** The values of each parameter of a sweep: `fast=5,10` or `fast=5..20:5`. */
export const sweepParams = (given: readonly (readonly [string, string])[] = []): Record<string, unknown[]> =>
  Object.fromEntries(
    given.map(([name, value]) => [name, [...(range(value) ?? value.split(',').map(parseValue))]]),
  )
