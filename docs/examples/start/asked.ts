/** The arguments of `npm start`. */
import { parseArgs } from 'node:util'

/** Timers take no more. */
const MAX_SECONDS = 2_147_483

/** What was asked for, or why it cannot be. */
export const asked = () => {
  const { values } = parseArgs({
    options: {
      'allow-insecure': { type: 'boolean', default: false },
      credentials: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      server: { type: 'string' },
      simulator: { type: 'boolean', default: false },
    },
  })
  const seconds = values.seconds === undefined ? Infinity : Number(values.seconds)
  if (!(seconds >= 0 && seconds <= MAX_SECONDS) && seconds !== Infinity)
    throw new TypeError(`--seconds must be a number up to ${MAX_SECONDS}`)
  if (values.simulator && (values.server !== undefined || values.credentials !== undefined))
    throw new TypeError('--simulator has neither --server nor --credentials')
  if (values['allow-insecure'] && values.server === undefined)
    throw new TypeError('--allow-insecure is for a --server')
  return { ...values, allowInsecure: values['allow-insecure'], seconds }
}
