import { setTimeout } from 'node:timers/promises'

/** Looks again and again until it is so. Fails with what is waited for. */
export const until = async (
  what: string,
  isSo: () => boolean | Promise<boolean>,
  within = 15_000,
): Promise<void> => {
  const end = Date.now() + within
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${what}`)
    await setTimeout(20)
  }
}
