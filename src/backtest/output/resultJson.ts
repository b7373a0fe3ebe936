import type { BacktestResult } from '../results'
import type { SweepResult } from '../sweep/results'

/**
 * A result as JSON, with the fields that it has. JSON has no word for two values: a figure that cannot be computed is
 * `null`, and `Infinity` is the text `"Infinity"`. Times stay in ms since the epoch.
 *
 * ```ts
 * const save = (result: BacktestResult) => writeFileSync('result.json', resultJson(result))
 * ```
 */
export const resultJson = (result: BacktestResult | SweepResult<object>): string =>
  JSON.stringify(
    result,
    (_, value: unknown) => {
      if (value === undefined) return null
      return value === Infinity || value === -Infinity ? String(value) : value
    },
    2,
  )
