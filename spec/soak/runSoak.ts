import { parseArgs } from 'node:util'

const LONGEST = 24 * 60

/** Runs a soak by the arguments of the command, and ends the process: with 1 where something is broken. */
export const runSoak = (
  name: string,
  soak: (url: string, minutes: number, seed: number) => Promise<readonly string[]>,
): void => {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'ws://127.0.0.1:5036' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  const minutes = Number(values.minutes)
  const seed = Number(values.seed)
  if (!(minutes > 0 && minutes <= LONGEST) || !Number.isSafeInteger(seed)) {
    console.error('--minutes must be a number up to 1440, --seed a whole number')
    process.exit(2)
  }
  console.log(`${name}, ${minutes} min, seed ${seed}`)
  soak(values.url, minutes, seed).then(
    broken => {
      for (const what of broken) console.error(`broken: ${what}`)
      process.exit(broken.length > 0 ? 1 : 0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
