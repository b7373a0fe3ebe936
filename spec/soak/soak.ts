/**
 * The client of the soak: random faults for some seconds, then none until its session is whole again. Says what was
 * lost and how it came back.
 */
import { setTimeout as pause } from 'node:timers/promises'
import * as fc from 'fast-check'
import { webSocketConnect } from 'rx-ctrader'
import { controlOf } from './control'
import { anyTrouble } from './faults'
import { randomFrom } from './random'
import { runSoak } from './runSoak'
import { openSession } from './session'
import { inSeconds } from './tally'
import { woundsOf } from './wounds'
import { accountIds } from './world'

/** A dead line is noticed within 46 s; a pause is at most 5 s of the line, and 30 s of a subscription. */
const HEALED_WITHIN = 90_000
const TROUBLE = 12_000

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

const soak = async (url: string, minutes: number, seed: number): Promise<readonly string[]> => {
  const random = randomFrom(seed)
  const control = controlOf(url)
  const session = openSession({ connect: webSocketConnect(url) }, random)
  const { tally } = session

  const trouble = async (round: number): Promise<number> => {
    const end = Date.now() + TROUBLE
    let inflicted = 0
    for (const faults of fc.sample(anyTrouble(accountIds), { numRuns: 100, seed: seed + round })) {
      if (Date.now() >= end) break
      await pause(random() * 600)
      for (const fault of faults) await control.inflict(fault)
      inflicted += faults.length
      if (random() < 0.6) session.come()
      if (random() < 0.6) session.go()
      if (random() < 0.5) session.askOne()
    }
    await control.inflict({ kind: 'recover' })
    return inflicted
  }

  /** How long it took, in ms, and what is left. */
  const heal = async (): Promise<{ readonly after: number; readonly left: readonly string[] }> => {
    const begun = Date.now()
    // A session that ended with an unreadable event comes to light with the next question.
    const asking = setInterval(session.askAll, 20_000)
    for (;;) {
      await pause(250)
      const left = await woundsOf([session], control, begun)
      const after = Date.now() - begun
      if (left.length > 0 && after < HEALED_WITHIN) continue
      clearInterval(asking)
      return { after, left }
    }
  }

  for (let n = 0; n < 8; n += 1) session.come()
  const broken = [...(await heal()).left]
  const atStart = heap()
  const end = Date.now() + minutes * 60_000
  const healing: number[] = []
  let inflicted = 0
  for (let round = 1; Date.now() < end && broken.length === 0 && session.usable().length > 0; round += 1) {
    inflicted += await trouble(round)
    const { after, left } = await heal()
    healing.push(after)
    // On a line that stays, what is not given back is seen.
    for (let n = 0; n < 3; n += 1) session.go()
    for (let n = 0; n < 2; n += 1) session.come()
    broken.push(...left, ...(await heal()).left, ...session.broken)
    console.log(
      `round ${round}: whole after ${(after / 1_000).toFixed(1)} s, ${session.visitors.size} streams, ${tally.losses} losses so far`,
    )
  }
  // A grant is lost where the server does not take its last refresh token either.
  const lost = await Promise.all(session.lostTokens().map(session.tryToken))
  for (const outcome of lost)
    if (outcome !== 'CH_ACCESS_TOKEN_INVALID') broken.push(`a grant was given up whose token is ${outcome}`)
  const atEnd = heap()
  const { asked, refused } = session.asked()
  session.end()

  console.log(`faults     ${inflicted}`)
  console.log(`losses     ${tally.losses}: ${tally.causes.told()}`)
  console.log(`recoveries ${tally.recoveries}; whole again after ${inSeconds(healing)}`)
  console.log(`gaps       ${tally.gaps.length} of accounts, ${inSeconds(tally.gaps)}`)
  console.log(`requests   ${asked}, of them not answered: ${refused}`)
  console.log(`grants     ${lost.length} lost with the answer to a renewal`)
  console.log(`heap       ${atStart.toFixed(1)} MB at the start, ${atEnd.toFixed(1)} MB at the end`)
  return broken
}

runSoak('soak', soak)
