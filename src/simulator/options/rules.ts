import { invalidOption } from '../../errors'
import { checkNames } from '../../options'

/** What a value must be, where it is not; `undefined` if it is. No value is shown, because it may be a secret. */
export type Rule = (value: unknown) => string | undefined

/** A rule for each field of something. */
export type Rules<T> = Readonly<Record<keyof T, Rule>>

const mustBe =
  (text: string, is: (value: unknown) => boolean): Rule =>
  value =>
    is(value) ? undefined : `must be ${text}`

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value)

/** The compiler knows it, and nothing is computed with it. */
export const noRule: Rule = () => undefined
export const text = mustBe('a non-empty text', value => typeof value === 'string' && value !== '')
export const id = mustBe('a positive whole number', value => Number.isSafeInteger(value) && Number(value) > 0)
export const time = mustBe('a time in ms since the epoch', isNumber)
/** Money that is not finite would spread to all sums. */
export const amount = mustBe(
  'a number of at least 0',
  value => isNumber(value) && value >= 0 && value < Infinity,
)
export const limit = mustBe('a number of at least 0', value => isNumber(value) && value >= 0)
export const factor = mustBe('above 0', value => isNumber(value) && value > 0 && value < Infinity)
export const digits = mustBe(
  'a whole number from 0 to 8',
  value => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 8,
)

/** Of a list, each item. */
export const eachItem =
  (rule: Rule): Rule =>
  value =>
    Array.isArray(value) ? value.map(rule).find(wrong => wrong !== undefined) : 'must be a list'

/** Throws `InvalidOption` for an unknown field, a wrong one, or one that is needed and absent. */
export const checkFields = <T extends object>(
  given: T,
  rules: Rules<T>,
  {
    within = '',
    needs = [],
  }: { readonly within?: string; readonly needs?: readonly (keyof T & string)[] } = {},
): void => {
  checkNames(given, rules, within)
  for (const [name, value] of Object.entries(given)) {
    const wrong = value === undefined ? undefined : (rules as Readonly<Record<string, Rule>>)[name]?.(value)
    if (wrong !== undefined) throw invalidOption(`${within}${name}`, wrong)
  }
  for (const name of needs)
    if (given[name] === undefined) throw invalidOption(`${within}${name}`, 'is missing')
}
