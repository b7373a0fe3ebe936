/**
 * A gateway and its browsers: random faults on both sides for some seconds, then none until all is whole again. The
 * server is a process of its own.
 */
import { setTimeout as pause } from 'node:timers/promises'
import * as fc from 'fast-check'
import { EMPTY, NEVER, Subject, concat, firstValueFrom, map, of, tap } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import type { Gateway, GatewayHealth, GatewayStats, StoredGrant } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import { controlOf } from './control'
import { anyTrouble } from './faults'
import { randomFrom } from './random'
import { runSoak } from './runSoak'
import { refereed } from './rules'
import { openSession } from './session'
import type { SoakSession } from './session'
import { inSeconds } from './tally'
import { unreliable } from './unreliable'
import { woundsOf } from './wounds'
import { accountIds, grants } from './world'

const USERS = ['ann', 'ben', 'cat']
/** As for a session, and once more for the line to the browser. */
const HEALED_WITHIN = 120_000
const TROUBLE = 12_000
/** What no browser may get: tokens of the world, and renewed ones. */
const SECRETS = /access-|refresh-|"demo"/

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

const createStore = () => {
  const kept = new Map<string, StoredGrant>(
    grants.map(({ accessToken, refreshToken }, n) => [
      `${n}`,
      { tokens: { accessToken, refreshToken }, version: '1' },
    ]),
  )
  return {
    load: (grantId: string) => {
      const grant = kept.get(grantId)
      return grant ? of(grant) : EMPTY
    },
    save: (grantId: string, tokens: StoredGrant['tokens'], after: string) => {
      if (kept.get(grantId)?.version !== after) throw new Error('they have changed meanwhile')
      const version = `${Number(after) + 1}`
      kept.set(grantId, { tokens, version })
      return of(version)
    },
    refreshTokens: () => [...kept.values()].map(({ tokens }) => tokens.refreshToken ?? ''),
  }
}

const entitlements = accountIds.map(accountId => ({
  accountId,
  environment: 'demo' as const,
  grantId: `${grants.findIndex(({ accountIds: ids }) => ids.some(id => id === accountId))}`,
  scope: 'trade' as const,
}))

const soak = async (server: string, minutes: number, seed: number): Promise<readonly string[]> => {
  const random = randomFrom(seed)
  const control = controlOf(server)
  const broken: string[] = []
  const upstream = refereed(webSocketConnect(server))
  const store = createStore()
  const gateway: Gateway = createGateway({
    application: { clientId: 'demo', clientSecret: 'demo' },
    origins: [],
    lines: [{ name: 'demo', environment: 'demo', connect: upstream.connect }],
    grants: store,
    authenticate: ({ token = '' }) => of({ userId: token }),
    entitle: () => concat(of(entitlements), NEVER),
  })
  const served$ = new Subject<{ readonly url: string }>()
  const listening = firstValueFrom(served$)
  const serving = serveGateway(gateway, { port: 0 }).subscribe(served$)
  const { url } = await listening

  /** Nothing that comes to a browser has a secret. */
  const watched: Connect = () =>
    webSocketConnect(url)().pipe(
      map(socket => ({
        ...socket,
        frame$: socket.frame$.pipe(
          tap(text => {
            if (SECRETS.test(text)) broken.push(`a browser got ${text.slice(0, 200)}`)
          }),
        ),
      })),
    )
  const lines = USERS.map(() => unreliable(watched, random))
  const sessions: readonly SoakSession[] = USERS.map((user, n) =>
    openSession({ connect: lines[n]?.connect ?? watched, user }, random),
  )
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T
  const health = (): Promise<GatewayHealth> => firstValueFrom(gateway.health$)
  const stats = (): Promise<GatewayStats> => firstValueFrom(gateway.stats$)

  const trouble = async (round: number): Promise<number> => {
    const end = Date.now() + TROUBLE
    let inflicted = 0
    for (const faults of fc.sample(anyTrouble(accountIds), { numRuns: 100, seed: seed + round })) {
      if (Date.now() >= end) break
      await pause(random() * 600)
      if (random() < 0.6) for (const fault of faults) await control.inflict(fault)
      if (random() < 0.6) oneOf(lines).hurt()
      inflicted += faults.length
      const session = oneOf(sessions)
      if (random() < 0.6) session.come()
      if (random() < 0.6) session.go()
      if (random() < 0.7) session.askOne()
    }
    await control.inflict({ kind: 'recover' })
    for (const { recover } of lines) recover()
    return inflicted
  }

  const heal = async (): Promise<{ readonly after: number; readonly left: readonly string[] }> => {
    const begun = Date.now()
    const asking = setInterval(() => {
      for (const { askAll } of sessions) askAll()
    }, 20_000)
    for (;;) {
      await pause(250)
      const { peers } = await health()
      const left = [
        ...(await woundsOf(sessions, control, begun)),
        ...(peers === USERS.length ? [] : [`there are ${peers} lines of browsers`]),
      ]
      const after = Date.now() - begun
      if (left.length > 0 && after < HEALED_WITHIN) continue
      clearInterval(asking)
      return { after, left }
    }
  }

  for (const { come } of sessions) for (let n = 0; n < 5; n += 1) come()
  broken.push(...(await heal()).left)
  const atStart = heap()
  const end = Date.now() + minutes * 60_000
  const healing: number[] = []
  let inflicted = 0
  const isUsable = (): boolean => sessions.some(({ usable }) => usable().length > 0)
  for (let round = 1; Date.now() < end && broken.length === 0 && isUsable(); round += 1) {
    inflicted += await trouble(round)
    const { after, left } = await heal()
    healing.push(after)
    broken.push(...left, ...upstream.broken, ...sessions.flatMap(session => session.broken))
    console.log(
      `round ${round}: whole after ${(after / 1_000).toFixed(1)} s, ${sessions.reduce((sum, { tally }) => sum + tally.losses, 0)} losses of browsers so far`,
    )
  }
  const atEnd = heap()
  const { requests, closed, prices, conflatedPrices } = await stats()
  for (const { stop } of lines) stop()
  await pause(5_000)
  const left = await health()
  if (left.peers > 0) broken.push(`${left.peers} lines of browsers are left`)
  if (left.lines.some(({ accounts }) => accounts > 0)) broken.push('accounts are left')
  const before = Date.now()
  await firstValueFrom(gateway.close(), { defaultValue: undefined })
  if (Date.now() - before > 1_000) broken.push('an idle gateway does not close at once')
  serving.unsubscribe()

  console.log(`faults     ${inflicted} of the server, and as many of the browsers' lines`)
  console.log(`whole      again after ${inSeconds(healing)}`)
  console.log(`requests   ${JSON.stringify(requests)}`)
  console.log(`closed     ${JSON.stringify(closed)}`)
  console.log(`prices     ${prices}, ${conflatedPrices} conflated`)
  console.log(`heap       ${atStart.toFixed(1)} MB at the start, ${atEnd.toFixed(1)} MB at the end`)
  return broken
}

runSoak('soak of a gateway', soak)
