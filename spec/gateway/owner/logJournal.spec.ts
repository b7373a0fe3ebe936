import * as fc from 'fast-check'
import { catchError, concatMap, defer, from, lastValueFrom, of, throwError } from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Journal } from 'rx-ctrader'
import { busError, localBus, logJournal } from 'rx-ctrader/gateway'
import type { BusError, BusLog } from 'rx-ctrader/gateway'

/** `CHAIN_RUNS=5000 npm run spec -- spec/gateway/owner/logJournal` for many more. */
const RUNS = Number(process.env['CHAIN_RUNS'] ?? 150)

const intent = (id: string) =>
  ({
    state: 'intended',
    id,
    accountId: 7,
    payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
    payload: { ctidTraderAccountId: 7, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
    at: 0,
  }) as const

/** What comes of it at once: whether it worked, or the reason. */
const outcome = (result: unknown): string => {
  let seen = 'nothing'
  from(result as ObservableInput<unknown>).subscribe({
    next: () => (seen = 'done'),
    error: (error: unknown) => (seen = (error as BusError).reason),
  })
  return seen
}
const openIds = (journal: Journal): readonly string[] => {
  let ids: readonly string[] = []
  from(journal.load()).subscribe(entries => (ids = entries.map(({ id }) => id)))
  return ids
}

const FATES = ['fine', 'fine', 'fine', 'answer lost', 'request lost', 'late', 'down'] as const
type Fate = (typeof FATES)[number]

/** A log that is reached over a bus with faults. What is late arrives when it is let through. */
const farLog = (log: BusLog, nextFate: () => Fate, late: (() => void)[]): BusLog => ({
  read: after => defer(() => (nextFate() === 'down' ? throwError(() => busError('Down')) : log.read(after))),
  append: (text, after) =>
    defer((): Observable<number> => {
      const fate = nextFate()
      if (fate === 'down') return throwError(() => busError('Down'))
      const unanswered = throwError(() => busError('Unanswered'))
      if (fate === 'late') late.push(() => outcome(log.append(text, after)))
      if (fate === 'late' || fate === 'request lost') return unanswered
      return fate === 'fine'
        ? log.append(text, after)
        : log.append(text, after).pipe(concatMap(() => unanswered))
    }),
})

describe('the journal in a log', () => {
  it('has what was appended and not settled, for the next process too', () => {
    const log = localBus().log('7')
    const journal = logJournal(log)
    expect(['a', 'b', 'c'].map(id => outcome(journal.append(intent(id))))).toEqual(['done', 'done', 'done'])
    outcome(journal.append({ state: 'settled', id: 'b', accountId: 7, outcome: 'filled' }))
    expect(openIds(journal)).toEqual(['a', 'c'])
    expect(openIds(logJournal(log))).toEqual(['a', 'c'])
  })

  it('refuses what an earlier process appends, from the first use of a later one', () => {
    const log = localBus().log('7')
    const first = logJournal(log)
    const second = logJournal(log)
    expect(outcome(first.append(intent('a')))).toBe('done')
    expect(openIds(second)).toEqual(['a'])
    expect(outcome(first.append(intent('b')))).toBe('Fenced')
    expect(outcome(first.load())).toBe('Fenced')
    expect(outcome(second.append(intent('c')))).toBe('done')
    expect(openIds(second)).toEqual(['a', 'c'])
  })

  it('takes an entry for written whose acknowledgement alone was lost', () => {
    const log = localBus().log('7')
    const fates: Fate[] = []
    const journal = logJournal(farLog(log, () => fates.shift() ?? 'fine', []))
    expect(openIds(journal)).toEqual([])
    fates.push('answer lost')
    expect(outcome(journal.append(intent('a')))).toBe('done')
    fates.push('request lost')
    expect(outcome(journal.append(intent('b')))).toBe('Unanswered')
    expect(outcome(journal.append(intent('c')))).toBe('done')
    expect(openIds(logJournal(log))).toEqual(['a', 'c'])
  })

  it('goes on after an entry of its own that came when it was given up', () => {
    const log = localBus().log('7')
    const fates: Fate[] = []
    const late: (() => void)[] = []
    const journal = logJournal(farLog(log, () => fates.shift() ?? 'fine', late))
    expect(openIds(journal)).toEqual([])
    fates.push('late')
    expect(outcome(journal.append(intent('a')))).toBe('Unanswered')
    for (const arrive of late) arrive()
    expect(outcome(journal.append(intent('b')))).toBe('done')
    expect(openIds(journal)).toEqual(['a', 'b'])
  })

  it.each([
    ['it was written', 'answer lost'],
    ['it comes later', 'late'],
  ] as const)('has an entry whose append has failed, where %s', (_, fate) => {
    const log = localBus().log('7')
    const fates: Fate[] = []
    const late: (() => void)[] = []
    const journal = logJournal(farLog(log, () => fates.shift() ?? 'fine', late))
    expect(openIds(journal)).toEqual([])
    fates.push(fate, 'down')
    expect(outcome(journal.append(intent('a')))).toBe('Down')
    for (const arrive of late) arrive()
    expect(openIds(journal)).toEqual(['a'])
  })

  it('refuses an entry that comes when it was looked for', () => {
    const log = localBus().log('7')
    const fates: Fate[] = []
    const late: (() => void)[] = []
    const journal = logJournal(farLog(log, () => fates.shift() ?? 'fine', late))
    expect(openIds(journal)).toEqual([])
    fates.push('late', 'down')
    expect(outcome(journal.append(intent('a')))).toBe('Down')
    expect(openIds(journal)).toEqual([])
    for (const arrive of late) arrive()
    expect(openIds(journal)).toEqual([])
    expect(openIds(logJournal(log))).toEqual([])
  })

  it('does not begin again where another process has begun', () => {
    const log = localBus().log('7')
    const fates: Fate[] = []
    const journal = logJournal(farLog(log, () => fates.shift() ?? 'fine', []))
    expect(openIds(journal)).toEqual([])
    fates.push('request lost', 'down')
    expect(outcome(journal.append(intent('a')))).toBe('Down')
    const other = logJournal(log)
    expect(openIds(other)).toEqual([])
    expect(outcome(journal.load())).toBe('Fenced')
    expect(outcome(other.append(intent('b')))).toBe('done')
  })

  it('has to be read from the last fence only, also where a process writes for long', () => {
    const log = localBus().log('7')
    const journal = logJournal(log)
    const count = (): number => {
      let all = 0
      outcome(log.read().pipe(concatMap(() => of((all += 1)))))
      return all
    }
    expect(outcome(journal.append(intent('first')))).toBe('done')
    for (let i = 0; i < 1_200; i += 1) {
      outcome(journal.append(intent(`${i}`)))
      outcome(journal.append({ state: 'settled', id: `${i}`, accountId: 7, outcome: 'filled' }))
    }
    expect(count()).toBeLessThan(502)
    expect(openIds(logJournal(log))).toEqual(['first'])
    expect(count()).toBe(1)
    expect(openIds(logJournal(log))).toEqual(['first'])
  })

  it('leaves out lines that it cannot read', () => {
    const log = localBus().log('7')
    outcome(log.append('no JSON', 0).pipe(concatMap(seq => log.append('{"state":"intended"}', seq))))
    expect(openIds(logJournal(log))).toEqual([])
  })

  it('keeps the order of entries that are appended at the same time', async () => {
    const log = localBus().log('7')
    const slow: BusLog = {
      ...log,
      append: (text, after) => defer(() => Promise.resolve()).pipe(concatMap(() => log.append(text, after))),
    }
    const journal = logJournal(slow)
    const ids = ['a', 'b', 'c', 'd']
    await Promise.all(ids.map(id => lastValueFrom(journal.append(intent(id)) as Observable<unknown>)))
    expect(openIds(logJournal(log))).toEqual(ids)
  })

  it('gives up if others begin again and again', () => {
    const log = localBus().log('7')
    const crowded: BusLog = {
      ...log,
      append: () => throwError(() => busError('Fenced')),
    }
    expect(outcome(logJournal(crowded).load())).toBe('Fenced')
  })

  it('acknowledges each entry to one process at most, and none below the fence of a later one', () => {
    const deed = fc.record({
      who: fc.integer({ min: 0, max: 2 }),
      what: fc.constantFrom('append', 'append', 'append', 'append', 'restart', 'arrive'),
    })
    fc.assert(
      fc.property(
        fc.array(deed, { minLength: 1, maxLength: 40 }),
        fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 60 }),
        (deeds, fates) => {
          const log = localBus().log('7')
          const late: (() => void)[] = []
          let used = 0
          const begin = (): Journal =>
            logJournal(farLog(log, () => fates[(used += 1) % fates.length] ?? 'fine', late))
          const processes = [begin(), begin(), begin()]
          const acknowledged = new Set<string>()
          deeds.forEach(({ who, what }, index) => {
            if (what === 'restart') processes[who] = begin()
            else if (what === 'arrive') late.shift()?.()
            else if (outcome(processes[who]?.append(intent(`${index}`))) === 'done')
              acknowledged.add(`${index}`)
          })
          for (const arrive of late) arrive()

          const lines: { readonly state: string; readonly id?: string; readonly by: string }[] = []
          outcome(
            log.read().pipe(
              catchError(() => of()),
              concatMap(({ text }) => of(lines.push(JSON.parse(text) as never))),
            ),
          )
          const ids = lines.flatMap(({ id }) => (id === undefined ? [] : [id]))
          expect(new Set(ids).size).toBe(ids.length)
          for (const id of acknowledged) expect(ids).toContain(id)
          let fencedBy: string | undefined
          for (const { state, by } of lines) {
            if (state === 'fence') fencedBy = by
            expect(by).toBe(fencedBy)
          }
          expect(openIds(logJournal(log))).toEqual(ids)
        },
      ),
      { numRuns: RUNS },
    )
  })
})
