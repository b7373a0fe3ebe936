/** Plays what any bus does over three NATS servers. One is killed meanwhile, and later another one is stopped. */
import { isDeepStrictEqual } from 'node:util'
import type { NatsConnection } from '@nats-io/transport-node'
import { catchError, firstValueFrom, forkJoin, of, retry, take, timeout, toArray } from 'rxjs'
import type { Observable } from 'rxjs'
import { natsBus } from 'rx-ctrader/nats'
import { busContract } from '../support/busContract'
import { startNatsCluster } from '../support/natsServer'
import { conclude } from './drill'

const CONNECTIONS = 12
/** The servers that are left have chosen another one that leads by then, in ms. */
const HEALED_WITHIN = 60_000

/** Emits when logs and leases can be used, and says after how many ms. */
const untilUsable = async (connection: NatsConnection, prefix: string): Promise<number> => {
  const began = Date.now()
  const bus = natsBus(connection, { prefix, replicas: 3 })
  await firstValueFrom(
    forkJoin([
      bus
        .log(`usable-${began}`)
        .append('', 0)
        .pipe(retry({ delay: 100 })),
      bus.lease('usable', { ttl: 1_000 }).pipe(take(1)),
    ]).pipe(timeout(HEALED_WITHIN)),
  )
  return Date.now() - began
}

/**
 * For a while after a server has died, the others may place the watch of a lease at it, and its request has no answer.
 * Then the lease is handed over within its time to live, and not at once. So a scenario may be played again.
 */
const TRIES = 10

/** Plays all scenarios: those that do not go as they must, and how many were played again. */
const playAll = async (
  connections: readonly NatsConnection[],
  prefix: string,
): Promise<{ readonly again: number; readonly wrong: readonly string[] }> => {
  const wrong: string[] = []
  let again = 0
  let used = 0
  const next = () => {
    const connection = connections[used % connections.length]
    used += 1
    if (!connection) throw new Error('no connection')
    return natsBus(connection, { prefix, replicas: 3 })
  }
  const playOnce = (play: (connect: typeof next) => Observable<unknown>): Promise<readonly unknown[]> =>
    firstValueFrom(
      play(next).pipe(
        toArray(),
        timeout(20_000),
        catchError((error: unknown) => of([String(error)])),
      ),
    )
  for (const { expected, play, title } of busContract) {
    const tries = title.includes('lease') ? TRIES : 1
    let values = await playOnce(play)
    for (let n = 1; n < tries && !isDeepStrictEqual(values, expected); n += 1) {
      again += 1
      values = await playOnce(play)
    }
    if (!isDeepStrictEqual(values, expected))
      wrong.push(`${title}: ${JSON.stringify(values)} instead of ${JSON.stringify(expected)}`)
  }
  return { again, wrong }
}

const run = async (): Promise<readonly string[]> => {
  const { connect, servers, stop } = await startNatsCluster()
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, connect))
  const [probe] = connections
  const [first, second] = servers
  if (!probe || !first || !second) throw new Error('there are no servers')
  const wrong: string[] = []
  const play = async (what: string, prefix: string): Promise<void> => {
    // The streams of a prefix are made here, which takes long with three servers.
    const usable = await untilUsable(probe, prefix)
    await Promise.all(connections.map(connection => connection.flush()))
    const found = await playAll(connections, prefix)
    console.log(
      `${what.padEnd(16)} usable after ${usable} ms, played again: ${found.again}, wrong: ${found.wrong.length}`,
    )
    wrong.push(...found.wrong.map(text => `${what}: ${text}`))
  }
  await play('three servers', 'whole')
  await untilUsable(probe, 'killed')
  await first.kill()
  await play('one killed', 'killed')
  first.start()
  await play('three again', 'again')
  await untilUsable(probe, 'stopped')
  second.stop()
  await play('one stopped', 'stopped')
  second.resume()
  await play('it goes on', 'resumed')
  await stop()
  return wrong
}

conclude(run())
