import { writeSync } from 'node:fs'
import type { Log } from 'rx-ctrader'

const toJson = (_: string, value: unknown): unknown => (value instanceof Error ? String(value) : value)

/** Writes what happens in a program where its drill finds it. */
export const logAs =
  (name: string): Log =>
  (level, event, fields) => {
    writeSync(2, `${JSON.stringify({ at: Date.now(), name, level, event, ...fields }, toJson)}\n`)
  }
