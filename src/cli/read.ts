import type { PeriodName } from '../index'
import { ProtoOATrendbarPeriod } from '../protocol/messages/enums'
import { Mistake } from './outcome'

/** Reads a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text)
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value
    throw new Mistake(
      max === Number.MAX_SAFE_INTEGER
        ? `must be a whole number of at least ${min}`
        : `must be a whole number from ${min} to ${max}`,
    )
  }

/** Reads a number above 0. */
export const positiveNumber = (text: string): number => {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value > 0 && value < Infinity) return value
  throw new Mistake('must be a number above 0')
}

const FIRST = Date.UTC(2000, 0)
const LAST = Date.UTC(2100, 0)

/** Reads a time of the years that a market has, without a zone in UTC. Gives ms since the epoch. */
export const time = (text: string): number => {
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text)
  const isDay = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(text)
  const at = /^\d{4}/.test(text) ? Date.parse(hasZone || isDay ? text : `${text}Z`) : NaN
  if (at >= FIRST && at < LAST) return at
  throw new Mistake('must be a time from 2000 to 2099, as 2031-01-08 or 2031-01-08T12:00Z')
}

/** Reads a text that is not empty. */
export const someText = (text: string): string => {
  if (text.trim() !== '') return text
  throw new Mistake('must not be empty')
}

/** A symbol by its id, if the text is a number, or by its name. */
export const parseSymbol = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)

/** The periods of bars, by their official names. */
const periods = Object.keys(ProtoOATrendbarPeriod) as PeriodName[]

/** Reads a period such as `M1`. */
export const period = (text: string): PeriodName => {
  const found = periods.find(name => name === text.toUpperCase())
  if (found === undefined) throw new Mistake(`must be one of ${periods.join(', ')}`)
  return found
}

/** Reads the address of a server. */
export const serverUrl = (text: string): string => {
  if (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)) return text
  throw new Mistake('must be the address of a WebSocket, as wss://demo.ctraderapi.com:5036')
}

/** Reads one of some words. */
export const choice =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const found = words.find(word => word === text.toLowerCase())
    if (found === undefined) throw new Mistake(`must be one of ${words.join(', ')}`)
    return found
  }
