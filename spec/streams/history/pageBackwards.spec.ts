import * as fc from 'fast-check'
import { defer, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import { isTooLarge } from '../../../src/errors'
import { pageBackwards } from '../../../src/streams/history/pageBackwards'
import type { PagedList, Rows, Window } from '../../../src/streams/history/pageBackwards'

const RUNS = Number(process.env['HISTORY_RUNS'] ?? 300)

interface Row {
  readonly id: number
  readonly at: number
}

const payloadType = PayloadType.PROTO_OA_DEAL_LIST_REQ

/** A list that leaves out one end where there is more than an answer holds. */
const listOf = (rows: readonly Row[], chunk: number, cut: 'older' | 'newer', asked: Window[] = []) =>
  ({
    payloadType,
    timeOf: ({ at }) => at,
    idOf: ({ id }) => id,
    ask: window =>
      defer((): Observable<Rows<Row>> => {
        asked.push(window)
        const { fromTimestamp = -Infinity, toTimestamp = Infinity } = window
        const within = rows
          .filter(({ at }) => at >= fromTimestamp && at <= toTimestamp)
          .sort((a, b) => b.at - a.at || b.id - a.id)
        return of({
          rows: cut === 'older' ? within.slice(0, chunk) : within.slice(-chunk),
          hasMore: within.length > chunk,
        })
      }),
  }) satisfies PagedList<Row>

const read = (list: PagedList<Row>, window?: Window) => {
  const rows: Row[] = []
  let error: unknown
  let completed = false
  pageBackwards(list, window).subscribe({
    next: page => {
      for (const row of page) rows.push(row)
    },
    error: (cause: unknown) => {
      error = cause
    },
    complete: () => {
      completed = true
    },
  })
  return { rows, error, completed }
}

const spread = (length: number): Row[] => Array.from({ length }, (_, id) => ({ id, at: id }))

describe('a list that is read backwards', () => {
  it('has every row of a window once, with either end of an answer cut off (A12)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('older' as const, 'newer' as const),
        fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
        (times, chunk, cut, from, to) => {
          const sorted = [...times].sort((a, b) => a - b)
          // What fills more than an answer with one ms, no server can tell.
          const rows = sorted.filter((at, n) => sorted[n - chunk] !== at).map((at, id) => ({ id, at }))
          const window = {
            ...(from !== undefined && { fromTimestamp: from }),
            ...(to !== undefined && { toTimestamp: to }),
          }
          const seen = read(listOf(rows, chunk, cut), window)
          expect(seen.error).toBeUndefined()
          expect(seen.completed).toBe(true)
          const { fromTimestamp = -Infinity, toTimestamp = Infinity } = window
          expect([...seen.rows].sort((a, b) => a.id - b.id)).toEqual(
            rows.filter(({ at }) => at >= fromTimestamp && at <= toTimestamp),
          )
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('costs one question more than a list whose end is known (A12)', () => {
    for (const cut of ['older', 'newer'] as const) {
      const asked: Window[] = []
      expect(read(listOf(spread(1_000), 100, cut, asked)).rows).toHaveLength(1_000)
      expect(asked.length).toBeLessThanOrEqual(13)
    }
  })

  it('steps over a ms that fills an answer by itself, and goes on', () => {
    const rows = [10, 20, 20, 20, 20, 30].map((at, id) => ({ id, at }))
    const seen = read(listOf(rows, 3, 'older'))
    expect(seen.rows.map(({ id }) => id).sort()).toEqual([0, 2, 3, 4, 5])
    expect(seen.completed).toBe(true)
  })

  it('does not believe that there is more where there is nothing', () => {
    expect(read({ ...listOf([], 1, 'older'), ask: () => of({ rows: [], hasMore: true }) })).toEqual({
      rows: [],
      error: undefined,
      completed: true,
    })
  })

  it.each<[what: string, ask: (window: Window, asked: number) => Rows<Row>]>([
    ['always the same', () => ({ rows: spread(2), hasMore: true })],
    ['always one and the same', () => ({ rows: spread(1), hasMore: true })],
    [
      'always others',
      (_, n) => ({ rows: [2 * n, 2 * n + 1].map(id => ({ id, at: 1e12 - id })), hasMore: true }),
    ],
  ])('errors where there is more for ever: %s (G11)', (_, ask) => {
    for (const some of [{}, { cut: 'older' }, { cut: 'older', hasOnePerTime: true }] as const) {
      let asked = 0
      const seen = read({
        ...listOf([], 1, 'older'),
        ...some,
        ask: window => of(ask(window, (asked += 1))),
      })
      expect(seen.error).toMatchObject({
        reason: 'InvalidAnswer',
        payloadType,
        faults: [{ path: 'payload.hasMore' }],
      })
      expect(asked).toBeLessThan(60)
    }
  })

  it('has every row once, and asks no ms for ever, where some answers do not fit into a frame (B4)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('older' as const, 'newer' as const),
        (times, room, chunk, cut) => {
          const all = times.map((at, id) => ({ id, at }))
          const asked: Window[] = []
          const list = listOf(all, chunk, cut, asked)
          const { rows, error, completed } = read({
            ...list,
            ask: window =>
              list.ask(window).pipe(
                map(given => {
                  if (given.rows.length > room)
                    throw new CTraderError({ reason: 'TooLarge', payloadType, limit: room })
                  return given
                }),
              ),
          })
          const isFull = all.some(({ at }) => Math.min(chunk, all.filter(one => one.at === at).length) > room)
          // Where one ms has more than an answer holds, the server never tells the rest.
          const isCut = all.some(({ at }) => all.filter(one => one.at === at).length > chunk)
          const ids = rows.map(({ id }) => id)
          expect(ids).toHaveLength(new Set(ids).size)
          const outcome = error
            ? isFull && isTooLarge(error)
            : completed && (isCut || rows.length === all.length)
          expect(outcome).toBe(true)
          expect(asked.length).toBeLessThan(1_000)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('may have more rows in an answer than a function takes arguments (B4)', () => {
    const { rows, completed } = read(listOf(spread(400_000), 300_000, 'older'))
    expect(completed).toBe(true)
    expect(rows).toHaveLength(400_000)
  })
})
