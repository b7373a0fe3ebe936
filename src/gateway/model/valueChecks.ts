import { invalidOption } from '../../errors'

export const isObject = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null

export const requireText = (option: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must be a non-empty string')
}

export const requireWhole = (option: string, value: unknown): void => {
  if (!Number.isSafeInteger(value)) throw invalidOption(option, 'must be a whole number')
}

export const checkEnvironment = (option: string, value: unknown): void => {
  if (value !== 'demo' && value !== 'live') throw invalidOption(option, "must be 'demo' or 'live'")
}
