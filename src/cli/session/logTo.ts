import type { Log } from '../../index'

/** Writes what happens to standard error, an event a line. */
export const logTo =
  (err: (text: string) => void): Log =>
  (level, event, fields) => {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    err(`${[level, event, ...words].join(' ')}\n`)
  }
