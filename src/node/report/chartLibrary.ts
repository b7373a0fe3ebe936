import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { invalidOption } from '../../errors'

/** Where the package may be: beside this one, or where the program was started. */
const places = (): readonly string[] => [
  ...(typeof __filename === 'undefined' ? [] : [__filename]),
  join(process.cwd(), 'index.js'),
]

/** The code of Lightweight Charts for a page, which is a peer of those who write reports. */
export const readChartLibrary = (): string => {
  for (const place of places())
    try {
      const description = createRequire(place).resolve('lightweight-charts/package.json')
      return readFileSync(
        join(dirname(description), 'dist', 'lightweight-charts.standalone.production.js'),
        'utf8',
      )
    } catch {
      // It may be in the next place.
    }
  throw invalidOption('lightweight-charts', 'is not installed: npm install lightweight-charts')
}
