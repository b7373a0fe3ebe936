/** Records a session into a file, as a bug report, and plays it again: as fast as possible, and in virtual time. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, lastValueFrom, map, pairwise, takeUntil, timer, toArray } from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, spots } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { record, replay } from 'rx-ctrader/recording'
import { createSimulator } from 'rx-ctrader/simulator'
import { marbles } from 'rx-ctrader/testing'

const folder = mkdtempSync(join(tmpdir(), 'recording-'))
const path = join(folder, 'session.jsonl')
const { connect } = createSimulator({ seed: 42, start: Date.UTC(2026, 0, 7, 12), speed: 20 })

const NONE = { defaultValue: [] }

/** What is to be found out about: how often the price rises. */
const rises = (account: Account): Observable<number> =>
  spots(account, 'EURUSD').pipe(
    pairwise(),
    filter(([before, now]) => now.bid > before.bid),
    map(([, { bid }]) => bid),
  )

const live = async (): Promise<readonly number[]> => {
  // #region record
  const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo' })
  const recording = record(client).subscribe(line => {
    appendFileSync(path, `${line}\n`)
  })
  // #endregion
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const seen = await lastValueFrom(rises(account).pipe(takeUntil(timer(1_000)), toArray()), NONE)
  recording.unsubscribe()
  return seen
}

const again = (): Observable<readonly number[]> => {
  // #region replay
  const recording = replay(readFileSync(path, 'utf8'), { speed: Infinity })
  const client = createClient({ connect: recording, clientId: 'any', clientSecret: 'any' })
  const account = client.account({ accountId: 12345678, accessToken: 'any' })
  return rises(account).pipe(takeUntil(recording.ended$), toArray())
  // #endregion
}

/** Whether a strategy does the same each time, and something at all. */
const inVirtualTime = (): readonly number[] => {
  const bought: number[] = []
  // #region virtual
  marbles(() => {
    const recording = replay(readFileSync(path, 'utf8'))
    const client = createClient({ connect: recording, clientId: 'any', clientSecret: 'any' })
    const account = client.account({ accountId: 12345678, accessToken: 'any' })
    rises(account)
      .pipe(takeUntil(recording.ended$))
      .subscribe(bid => bought.push(bid))
  })
  // #endregion
  return bought
}

const main = async (): Promise<void> => {
  const seen = await live()
  console.log(seen.length > 0 ? 'the price rose' : 'the price never rose')
  const recorded = readFileSync(path, 'utf8')
  for (const line of recorded.split('\n').slice(0, 3))
    console.log(line.replace(/"at":\d+/, '"at":…').replace(/"clientMsgId":"[^"]*",/, ''))

  const same = (others: readonly number[]): string => (others.join() === seen.join() ? 'the same' : 'another')
  console.log(`replayed at once: ${same(await lastValueFrom(again(), NONE))}`)
  console.log(`replayed in virtual time: ${same(inVirtualTime())}`)
  rmSync(folder, { recursive: true })
}
void main()
